import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Step } from '../../src/sync/journey.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { PlainPim } from '../kit/plain/plain-pim.js';
import { PlainShop } from '../kit/plain/plain-shop.js';
import { servePlain, type PlainServer } from '../kit/plain/serve-plain.js';

const seeds = Number(process.env.SEEDS ?? 3);
const leaseMs = 2_000;
const steps: Step[] = ['claimed', 'fetched', 'planned', 'intended', 'sent', 'settling', 'settled'];

let test: TestDatabase;
let pim: PlainPim;
let shop: PlainShop;
let server: PlainServer;

beforeEach(async () => {
  test = await createTestDatabase();
  pim = new PlainPim();
  shop = new PlainShop();
  for (let number = 1; number <= 40; number += 1)
    pim.put(`id-${String(number).padStart(2, '0')}`, { sku: `SKU-${number}`, name: `Name ${number}` });
  pim.clock += 600_000;
  pim.pageSize = 10;
  server = await servePlain(pim, shop);
});

afterEach(async () => {
  await server.close();
  await test.drop();
});

/** Runs the program in a process of its own; resolves with how it ended. */
function run(
  kind: 'delta' | 'full',
  dieAt: Step | null = null,
  after = 0,
  delayMs = 0,
): Promise<{ signal: string | null; output: string }> {
  const order = JSON.stringify({ databaseUrl: test.url, url: server.url, kind, dieAt, after, delayMs, leaseMs, signal: 'SIGKILL' });
  const child = spawn(process.execPath, [join(__dirname, '../../dist/test/kit/plain/run-killed.js'), order], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once('close', (_code, signal) => resolve({ signal, output })));
}

/** A small generator with a seed, so that a failing round can be played again. */
function random(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => ((state = (Math.imul(state ^ (state >>> 15), 1 | state) + 0x6d2b79f5) | 0) >>> 0) / 2 ** 32;
}

function expectShopEqualsPim(): void {
  const wanted = [...pim.rows.values()].map((row) => row.fields);
  const found = [...shop.products.values()].map((product) => product.fields);
  const bySku = (a: { sku?: unknown }, b: { sku?: unknown }): number => String(a.sku).localeCompare(String(b.sku));
  expect(found.sort(bySku)).toEqual([...wanted].sort(bySku));
}

describe.each(steps)('killed with -9 at the step "%s"', (step) => {
  it.each(Array.from({ length: seeds }, (_, seed) => seed + 1))(
    'loses nothing, leaves nothing stale and nothing twice (round %i)',
    async (seed) => {
      const next = random(seed * 31 + steps.indexOf(step));
      const killed = await run('full', step, Math.floor(next() * 6), next() < 0.5 ? 0 : next() * 6);
      expect(killed).toMatchObject({ signal: 'SIGKILL', output: '' });
      pim.clock += 5_000;
      for (let edit = 0; edit < 5; edit += 1)
        pim.edit(`id-${String(1 + Math.floor(next() * 40)).padStart(2, '0')}`, { name: `edited ${seed}.${edit}` });
      pim.clock += 60_000;
      const restarted = Date.now();
      const resumed = await run('full');
      expect(JSON.parse(resumed.output)).toMatchObject({ state: 'completed' });
      // From the kill to useful work, and to all of it, within the lease (and what starting and draining take here).
      expect(Date.now() - restarted).toBeLessThan(leaseMs + 8_000);
      pim.clock += 60_000;
      expect(JSON.parse((await run('delta')).output)).toMatchObject({ state: 'completed' });
      expectShopEqualsPim();
      expect(await test.database.query(`SELECT 1 FROM mirror_document WHERE in_doubt`)).toEqual([]);
    },
    60_000,
  );
});
