import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretForms } from '../../src/logging/secret-forms.js';
import { startAkeneo, type Akeneo } from '../kit/akeneo/index.js';
import { bundledCatalogFolder, readCatalog } from '../kit/catalog/index.js';
import { environment } from '../kit/catalogue-journey/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { startMagento, type Magento } from '../kit/magento/index.js';
import type { Fault } from '../kit/stand-in/index.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

jest.setTimeout(180_000);

const canaries = { secret: 'c4nary/s+1&=%~x', password: 'c4nary/p"2<&\\x', token: 'c4nary/t+3&=%~x' };

let test: TestDatabase;
let pim: Akeneo;
let shop: Magento;
let folder: string;
/** Everything that anybody can read: what was printed, and later files and tables. */
const seen: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pim2shop-canaries-'));
  test = await createTestDatabase();
  const { secret, password, token } = canaries;
  pim = await startAkeneo({
    catalog: await readCatalog(bundledCatalogFolder()),
    credentials: { clientId: 'client', secret, username: 'anna', password },
  });
  shop = await startMagento({ token });
});
afterAll(async () => {
  await Promise.all([pim.close(), shop.close(), rm(folder, { recursive: true })]);
  await test.drop();
});

/** What a careless server sends back: everything it was sent, in whatever form it keeps it. */
const echo = Object.values(canaries)
  .flatMap((canary) => [canary, encodeURIComponent(canary), JSON.stringify(canary), Buffer.from(`client:${canary}`).toString('base64')])
  .join(' ');
const page = `<html>${echo}</html>`;
const cut = `${'x'.repeat(68)}${canaries.token}`;

async function sync(...more: string[]): Promise<number | null> {
  const child = spawn(process.execPath, [join(repositoryRoot(), 'dist/src/cli.js'), 'sync', 'categories-magento', ...more, '--json'], {
    cwd: folder,
    env: {
      ...process.env,
      ...environment(pim, shop),
      DATABASE_URL: test.url,
      PIM2SHOP_LOG_LEVEL: 'debug',
      PIM2SHOP_MAPPINGS: join(repositoryRoot(), 'mappings/akeneo-to-magento'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
  return new Promise((resolve) => child.once('close', resolve));
}

const faults: readonly (readonly [where: 'pim' | 'shop', what: string, fault: Fault])[] = [
  ['pim', 'refuses the sign-in', { kind: 'status', status: 422, body: { message: echo }, match: { path: /oauth/ } }],
  ['pim', 'answers a page that is no JSON', { kind: 'body', status: 200, body: page, match: { path: /rest/ } }],
  ['pim', 'answers a page that is cut off in our message', { kind: 'body', status: 200, body: cut, match: { path: /rest/ } }],
  ['pim', 'refuses a request', { kind: 'status', status: 400, body: { message: echo }, match: { path: /categories/ } }],
  [
    'pim',
    'redirects',
    {
      kind: 'status',
      status: 302,
      headers: { location: `/x?access_token=${encodeURIComponent(canaries.secret)}` },
      match: { path: /rest/ },
    },
  ],
  ['shop', 'refuses us', { kind: 'status', status: 401, body: { message: echo }, times: 5 }],
  ['shop', 'fails', { kind: 'status', status: 500, body: { message: echo }, match: { method: 'POST' } }],
  ['shop', 'refuses an item', { kind: 'status', status: 400, body: { message: echo }, match: { method: 'PUT' }, times: 2 }],
  ['shop', 'answers a page that is no JSON', { kind: 'body', status: 200, body: page, match: { method: 'PUT' } }],
  ['shop', 'resets the connection', { kind: 'reset', times: 2 }],
];

describe('secrets of connections', () => {
  it('are in nothing that anybody can read of syncs that fail in many ways', async () => {
    for (const [where, , fault] of faults) {
      const armed = (where === 'pim' ? pim : shop).faults.add(fault);
      // As after a restore: everything is sent once more.
      await test.database.query(`UPDATE mirror_document SET in_doubt = true, doubt_before = true, send_number = nextval('send_seq')`);
      await sync('--full');
      expect([where, fault, armed.struck > 0]).toEqual([where, fault, true]);
      armed.remove();
    }
    for (const name of await readdir(join(folder, 'logs'))) seen.push(await readFile(join(folder, 'logs', name), 'utf8'));
    const tables = await test.database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
    );
    for (const { name } of tables)
      seen.push(...(await test.database.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`)).map(({ row }) => row));
    expect(
      (await test.database.query<{ count: number }>(`SELECT count(*)::int AS count FROM sync_error WHERE message LIKE '%***%'`))[0]?.count,
    ).toBeGreaterThan(0);
    // What the shop answered is kept of an item that failed, and what was sent to it.
    const [kept] = await test.database.query<{ answers: number; requests: number }>(
      `SELECT count(*) FILTER (WHERE context #>> '{answer,body}' LIKE '%***%')::int AS answers,
              count(*) FILTER (WHERE context #>> '{request,call}' LIKE 'PUT /rest/%' AND attempt > 0 AND class IS NOT NULL)::int AS requests FROM sync_error`,
    );
    expect(kept?.answers).toBeGreaterThan(0);
    expect(kept?.requests).toBeGreaterThan(0);
    const text = seen.join('\n');
    // It was said, and said without them.
    expect(text).toContain('***');
    expect(text).not.toContain('c4nary');
    for (const canary of Object.values(canaries)) for (const form of secretForms(canary)) expect(text).not.toContain(form);
  });
});
