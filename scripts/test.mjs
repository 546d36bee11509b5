// `npm test`: everything on the built-in PostgreSQL; then, where a real server answers, what depends on the database once more on that.
// Arguments go to jest. Where `CI` is set, all of it is followed by the planted mutants (`npm run mutants`). The last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const { Client } = createRequire(import.meta.url)('pg');
const args = process.argv.slice(2);
// Every statement, and the flows in which processes meet, die or wait: another version, another road to it.
const onDatabase = [
  'src/queue/',
  'src/mirror/',
  'src/removals/',
  'src/database/',
  'src/hooks/',
  'src/sync/',
  'src/queue-builder/',
  'src/connectors/sources/sql/',
  'test/flow/(journey|catalogue|killed|marks-killed|frozen|service|removal-guard|first-load|hooks|rabbitmq|shared-feed|doors|related|breaker|connection-limit)\\.spec',
];

/** A real server to test against: DATABASE_URL, or one on the standard loopback port. */
async function findServer() {
  const candidates = process.env.DATABASE_URL
    ? [process.env.DATABASE_URL]
    : ['root', 'postgres'].map((user) => `postgresql://${user}@127.0.0.1:5432/postgres`);
  for (const url of candidates) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      await client.end();
      return url;
    } catch (error) {
      console.log(`no PostgreSQL at ${url.replace(/:[^:@/]*@/, ':***@')}: ${error.message}`);
    }
  }
  return null;
}

/** Where the time went: who looks for room finds it here. */
function sayWhatTookLong(suites) {
  const seconds = ({ startTime, endTime }) => (endTime - startTime) / 1_000;
  const slowest = [...suites].sort((a, b) => seconds(b) - seconds(a)).slice(0, 15);
  for (const suite of slowest) console.log(`${seconds(suite).toFixed(0).padStart(5)} s  ${relative(process.cwd(), suite.name)}`);
}

function jest(extra, env) {
  const folder = mkdtempSync(join(tmpdir(), 'pim2shop-jest-'));
  const file = join(folder, 'result.json');
  const inherited = { ...process.env };
  delete inherited.DATABASE_URL;
  const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${file}`, ...extra, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...inherited, ...env },
  });
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites, testResults } = JSON.parse(
      readFileSync(file, 'utf8'),
    );
    if (process.env.CI) sayWhatTookLong(testResults);
    return { status, passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, skipped: numPendingTests };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
console.log('== on the built-in PostgreSQL');
const runs = [jest([], {})];

const server = await findServer();
if (server) {
  console.log('== on a real PostgreSQL');
  // Patterns given by hand choose the files; otherwise what touches the database.
  const chosen = args.some((arg) => !arg.startsWith('-')) ? [] : ['--testPathPatterns', onDatabase.join('|')];
  runs.push(jest([...chosen, '--passWithNoTests'], { PIM2SHOP_TEST_DATABASE: server }));
} else if (process.env.CI) {
  console.error('CI needs a real PostgreSQL, and none answers.');
  runs.push({ status: 1, passed: 0, failed: 1, skipped: 0 });
} else {
  console.log('skipped: the tests on a real PostgreSQL. Start one on 127.0.0.1:5432, or set DATABASE_URL, to have them.');
}

let uncaught = false;
if (process.env.CI && args.length === 0) {
  console.log('== planted mutants');
  const env = { ...process.env };
  delete env.DATABASE_URL;
  uncaught = spawnSync(process.execPath, ['scripts/mutants.mjs'], { stdio: 'inherit', env }).status !== 0;
}

const sum = (name) => runs.reduce((total, run) => total + run[name], 0);
const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
process.exit(uncaught || runs.some((run) => run.status !== 0) || sum('passed') === 0 ? 1 : 0);
