import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describeApi } from '../../src/admin/openapi/document-api.js';
import { startApi } from '../kit/api/index.js';
import { createTestDatabase } from '../kit/database.js';

/** A public linter, in a process of its own, without a word to anybody. */
const linter = join(dirname(createRequire(__filename).resolve('@redocly/cli/package.json')), 'bin/cli.js');

it('is a document that a public linter finds nothing wrong with', async () => {
  const test = await createTestDatabase();
  const api = await startApi(test);
  const folder = await mkdtemp(join(tmpdir(), 'pim2shop-'));
  const file = join(folder, 'openapi.json');
  await writeFile(file, JSON.stringify(describeApi(api.app)));
  await api.close();
  await test.drop();
  const linted = await promisify(execFile)(process.execPath, [linter, 'lint', file, '--extends=recommended-strict', '--format=json'], {
    cwd: folder,
    env: { PATH: process.env.PATH, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' },
  }).catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? String(error) }));
  await rm(folder, { recursive: true });
  expect((JSON.parse(linted.stdout) as { totals: object }).totals).toEqual({ errors: 0, warnings: 0, ignored: 0 });
}, 60_000);
