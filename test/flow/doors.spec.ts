import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney } from '../kit/plain/plain-journey.js';

const program = (name: string): string => join(__dirname, '../../dist/src', name);

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  const on = await plainJourney(test.database);
  on.pim.put('id-1', { sku: 'SKU-1', name: 'fine' });
  on.pim.put('id-2', { sku: 'SKU-2', price: 'wrong' });
  await on.full();
  await on.project.close();
});

afterAll(() => test.drop());

function pim2shop(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program('cli.js'), ...args], { env: { ...process.env, DATABASE_URL: test.url }, encoding: 'utf8' });
}

describe('the command line', () => {
  it('status tells how far a pipeline is complete, and what is beside it', () => {
    const { status, stdout } = pim2shop('status', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { pipeline: 'products', documents: 1, open: { dead: 1, ready: 0 }, lastRun: { kind: 'initial', state: 'completed' } },
    ]);
    expect(pim2shop('status').stdout).toContain('1 dead');
  });

  it('queue shows a dead letter with its reason and field', () => {
    expect(JSON.parse(pim2shop('queue', '--state', 'dead', '--json').stdout)).toMatchObject({
      entries: [{ key: 'id-2', errorCode: 'price', errorField: 'price' }],
      next: null,
    });
    expect(pim2shop('queue').stdout).toContain('the price is no number');
  });

  it('queue show tells everything of one record', () => {
    const { stdout } = pim2shop('queue', 'show', 'products', 'id-2');
    expect(stdout).toMatch(/^products id-2: dead since .*\n {2}price \(price\): the price is no number \[[0-9a-f]{16}\]\n/);
    expect(pim2shop('queue', 'show', 'products', 'id-1').stdout).toContain('shop product:all:-:id-1: live since');
  });

  it('runs shows what was run, and watches one to its end', () => {
    const listed = JSON.parse(pim2shop('runs', '--json').stdout) as { runs: { id: number }[]; next: null };
    const [first] = listed.runs;
    expect(listed).toMatchObject({
      runs: [{ pipeline: 'products', kind: 'initial', trigger: 'command', state: 'completed', left: 0 }],
      next: null,
    });
    expect(pim2shop('runs').stdout).toMatch(/initial.*2 seen, 1 delivered, 1 dead/);
    const shown = pim2shop('runs', 'show', String(first?.id)).stdout;
    expect(shown).toMatch(/^run \d+: initial of products, completed, by command\n/);
    expect(shown).toContain('1 errors, 0 warnings');
    expect(shown).toMatch(/reading .*, delivering/);
    expect(pim2shop('runs', 'watch', String(first?.id))).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^run \d+: initial of products completed: 2 seen, 1 delivered, 1 dead\n$/) as string,
    });
    expect(pim2shop('runs', 'cancel', String(first?.id))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('is completed') as string,
    });
  });

  it('queue retry and discard act on the group that was named, and never on everything by mistake', async () => {
    expect(pim2shop('queue', 'retry')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^say which entries: --pipeline/) as string,
    });
    expect(JSON.parse(pim2shop('queue', 'retry', '--state', 'dead', '--json').stdout)).toEqual({ retried: 1 });
    await test.database.query(`UPDATE queue_entry SET state = 'dead'`);
    expect(JSON.parse(pim2shop('queue', 'discard', '--all', '--json').stdout)).toEqual({ discarded: 1 });
    const rows = await test.database.query<{ actor: string; action: string }>('SELECT actor, action FROM audit_log ORDER BY id');
    expect(rows).toEqual(['retry', 'discard'].map((action) => ({ actor: `user ${userInfo().username}`, action })));
  });

  it('pause shows in the status, with who and why, until somebody resumes', () => {
    expect(pim2shop('pause', 'products', '--reason', 'stock-taking').status).toBe(0);
    expect(pim2shop('status').stdout).toMatch(/products \(paused\)[^]*products: paused by user .* \(stock-taking\) since/);
    expect(pim2shop('resume', 'products').stdout).toContain('products goes on');
    expect(pim2shop('status').stdout).not.toContain('paused');
    expect(pim2shop('pause', '--connection', 'shop', '--json').stdout).toContain('"connection"');
    expect(JSON.parse(pim2shop('resume', '--connection', 'shop', '--json').stdout)).toMatchObject({ wasPaused: true });
  });

  it('debug says what is on, for how long, and switches it off', () => {
    expect(pim2shop('debug', 'on', 'products', '--entity', 'id-1', '--for', '5m').stdout).toMatch(
      /^everything of products id-1 is told in the log until 2/,
    );
    expect(pim2shop('debug').stdout).toMatch(new RegExp(`^products id-1 until 2\\S+Z, by user ${userInfo().username}\n$`));
    expect(JSON.parse(pim2shop('debug', 'off', '--json').stdout)).toEqual({ count: 1 });
    expect(JSON.parse(pim2shop('debug', 'list', '--json').stdout)).toEqual({ switches: [] });
    expect(pim2shop('debug', 'on', 'products', '--for', 'ever')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^--for takes/) as string,
    });
  });

  it('answers a mistyped name with the one that was meant', () => {
    for (const words of [
      ['queue', '--pipeline', 'product'],
      ['pause', 'prodcts'],
      ['queue', 'retry', '--pipeline', 'product'],
    ])
      expect(pim2shop(...words)).toMatchObject({ status: 2, stderr: expect.stringMatching(/: did you mean products\?\n$/) as string });
    expect(pim2shop('pause')).toMatchObject({ status: 2, stderr: 'name a pipeline, or a connection with --connection\n' });
  });

  it('destroys nothing in production unless its name is said', async () => {
    const production = { ...process.env, DATABASE_URL: test.url, PIM2SHOP_ENVIRONMENT: 'production' };
    const run = (...words: string[]): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, [program('cli.js'), ...words], { env: production, encoding: 'utf8' });
    const refused = { status: 2, stdout: '', stderr: expect.stringContaining('say --environment production') as string };
    for (const words of [
      ['queue', 'discard', '--all'],
      ['queue', 'release', '1'],
      ['keys', 'revoke', '1'],
      ['source', 'install-triggers', 'pim', '--apply'],
    ])
      expect([words, run(...words)]).toMatchObject([words, refused]);
    const done = run('queue', 'discard', '--all', '--environment', 'production', '--json');
    expect([done.status, JSON.parse(String(done.stdout))]).toEqual([0, { environment: 'production', discarded: 0 }]);
  });

  it('answers a wrong argument with what is right, and exit code 2', () => {
    const { status, stderr } = pim2shop('queue', '--state', 'dread');
    expect(status).toBe(2);
    expect(stderr).toContain('Allowed choices are ready, leased');
  });

  it('says in one sentence that the database does not answer', () => {
    const { status, stderr } = spawnSync(process.execPath, [program('cli.js'), 'status'], {
      env: { ...process.env, DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/x' },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^DATABASE_URL does not lead to a PostgreSQL that answers/);
  });
});

describe('schemas', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'pim2shop-schemas-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const schemas = (...args: string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [program('cli.js'), 'schemas', ...args], { cwd: dir, encoding: 'utf8' });

  it('writes what the repository has, and then finds it up to date', () => {
    expect(schemas()).toMatchObject({ status: 0 });
    for (const file of ['schemas/pipeline.schema.json', 'schemas/connections.schema.json', 'docs/mapping-reference.md'])
      expect(readFileSync(join(dir, file), 'utf8')).toBe(readFileSync(file, 'utf8'));
    expect(schemas('--check')).toMatchObject({ status: 0 });
  });

  it('--check names what is missing or out of date, and writes nothing', () => {
    expect(schemas('--check')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/pipeline.*connections.*mapping-reference/) as string,
    });
    schemas();
    writeFileSync(join(dir, 'docs/mapping-reference.md'), 'edited by hand');
    expect(schemas('--check').stderr).toMatch(/^out of date: docs.mapping-reference\.md\. /);
    expect(readFileSync(join(dir, 'docs/mapping-reference.md'), 'utf8')).toBe('edited by hand');
  });
});

describe('the service', () => {
  it.each([
    ['npm start', ['main.js']],
    ['pim2shop serve', ['cli.js', 'serve']],
  ])('is live and ready on loopback, and ends when it is told to: %s', async (_, [file = '', ...words]) => {
    const child: ChildProcess = spawn(process.execPath, [program(file), ...words], {
      env: { ...process.env, DATABASE_URL: test.url, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const line = await new Promise<string>((resolve) => child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString())));
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? '';
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
      expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({ status: 'ok', details: { database: { status: 'up' } } });
    } finally {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    }
  });
});
