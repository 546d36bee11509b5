import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Step } from '../../src/sync/journey.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { MarkingPim } from '../kit/plain/marking-pim.js';
import { PlainShop } from '../kit/plain/plain-shop.js';
import { servePlain, type PlainServer } from '../kit/plain/serve-plain.js';

const leaseMs = 1_000;
const steps: Step[] = ['claimed', 'sent', 'settled'];

let test: TestDatabase;
let pim: MarkingPim;
let shop: PlainShop;
let server: PlainServer;
let child: ChildProcess;

afterEach(async () => {
  await server.close();
  await test.drop();
});

/** Twelve records that stand in the shop; five of them are edited after that. */
async function prepare(versioned: boolean): Promise<void> {
  test = await createTestDatabase();
  pim = new MarkingPim(versioned);
  shop = new PlainShop();
  for (let number = 1; number <= 12; number += 1) pim.put(`id-${String(number).padStart(2, '0')}`, { sku: `SKU-${number}`, name: 'first' });
  pim.clock += 600_000;
  server = await servePlain(pim, shop);
  expect(JSON.parse((await run('full')).output)).toMatchObject({ state: 'completed' });
  expect(JSON.parse((await run('delta')).output)).toMatchObject({ state: 'completed' });
  expect([...pim.marked]).toEqual([]);
  for (const key of ['id-01', 'id-02', 'id-05', 'id-09', 'id-12']) pim.edit(key, { name: 'second' });
  pim.clock += 60_000;
}

function run(kind: 'delta' | 'full', dieAt: Step | null = null): Promise<{ signal: string | null; output: string }> {
  const marks = pim.versioned ? 'versioned' : 'unversioned';
  const order = JSON.stringify({
    databaseUrl: test.url,
    url: server.url,
    kind,
    dieAt,
    after: 0,
    delayMs: 0,
    leaseMs,
    signal: 'SIGKILL',
    marks,
  });
  child = spawn(process.execPath, [join(__dirname, '../../dist/test/kit/plain/run-killed.js'), order], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once('close', (_code, signal) => resolve({ signal, output })));
}

async function expectRepaired(): Promise<void> {
  pim.onRequest = () => undefined;
  pim.onAcknowledged = () => undefined;
  // The second finds what the first may have left marked by an edit of its own time.
  for (let round = 0; round < 2; round += 1) expect(JSON.parse((await run('delta')).output)).toMatchObject({ state: 'completed' });
  const shown = [...shop.products.values()].map(({ fields }) => `${String(fields.sku)} ${String(fields.name)}`).sort();
  expect(shown).toEqual([...pim.rows.values()].map(({ fields }) => `${String(fields.sku)} ${String(fields.name)}`).sort());
  expect([...pim.marked]).toEqual([]);
  expect(await test.database.query('SELECT * FROM source_mark')).toEqual([]);
}

describe.each([
  ['a version', true],
  ['no version', false],
])('marks on records with %s, of a process killed with -9', (_name, versioned) => {
  beforeEach(() => prepare(versioned), 30_000);

  it('when taking off was asked of it, come off in the next run', async () => {
    pim.onRequest = (request) => {
      if (request !== 'acknowledge') return;
      child.kill('SIGKILL');
      throw new Error('the request was lost');
    };
    expect(await run('delta')).toMatchObject({ signal: 'SIGKILL' });
    expect(pim.marked.size).toBeGreaterThan(0);
    await expectRepaired();
  }, 60_000);

  it('once it was applied, lose nothing: what had its mark taken off arrives', async () => {
    pim.onAcknowledged = () => void child.kill('SIGKILL');
    expect(await run('delta')).toMatchObject({ signal: 'SIGKILL' });
    await expectRepaired();
  }, 60_000);

  it.each(steps)(
    'at the step "%s", lose nothing',
    async (step) => {
      expect(await run('delta', step)).toMatchObject({ signal: 'SIGKILL' });
      pim.edit('id-05', { name: 'third' });
      pim.clock += 60_000;
      await expectRepaired();
    },
    60_000,
  );
});
