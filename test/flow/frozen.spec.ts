import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../../src/sync/journey.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { PlainPim } from '../kit/plain/plain-pim.js';
import { PlainShop } from '../kit/plain/plain-shop.js';
import { servePlain, type PlainServer } from '../kit/plain/serve-plain.js';

/** Where a process stands still: with a claim, with what it read, just before it sends, with an answer in its hand. */
const steps: Step[] = ['claimed', 'planned', 'intended', 'sent', 'settling'];
const leaseMs = 1_000;

let test: TestDatabase;
let pim: PlainPim;
let shop: PlainShop;
let server: PlainServer;

beforeEach(async () => {
  test = await createTestDatabase();
  pim = new PlainPim();
  shop = new PlainShop();
  for (let number = 1; number <= 20; number += 1) pim.put(`id-${number}`, { sku: `SKU-${number}`, name: 'first' });
  pim.clock += 600_000;
  pim.pageSize = 10;
  server = await servePlain(pim, shop);
});

afterEach(async () => {
  await server.close();
  await test.drop();
});

interface Run {
  readonly child: ChildProcess;
  readonly output: Promise<string>;
}

function run(kind: 'delta' | 'full', stopAt: Step | null = null): Run {
  const order = { databaseUrl: test.url, url: server.url, kind, dieAt: stopAt, after: 0, delayMs: 0, leaseMs, signal: 'SIGSTOP' };
  const child = spawn(process.execPath, [join(__dirname, '../../dist/test/kit/plain/run-killed.js'), JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: new Promise((resolve) => child.once('close', () => resolve(text))) };
}

/** Once the kernel says that the process is stopped. */
async function stopped({ child }: Run): Promise<void> {
  const deadline = performance.now() + 20_000;
  const state = (): string | undefined => /\) (\w)/.exec(readFileSync(`/proc/${child.pid}/stat`, 'utf8'))?.[1];
  while (state() !== 'T') {
    if (performance.now() > deadline) throw new Error('the process did not stop');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe.each(steps)('a process that stands still at the step "%s" for longer than its lease', (step) => {
  it('changes nothing any more that others have done meanwhile', async () => {
    const frozen = run('full', step);
    try {
      await stopped(frozen);
      for (const key of ['id-1', 'id-2', 'id-11']) pim.edit(key, { name: 'second' });
      pim.clock += 60_000;
      expect(JSON.parse(await run('full').output)).toMatchObject({ state: 'completed' });
    } finally {
      frozen.child.kill('SIGCONT');
    }
    await frozen.output;
    pim.clock += 60_000;
    expect(JSON.parse(await run('delta').output)).toMatchObject({ state: 'completed' });
    const shown = [...shop.products.values()].map(({ fields }) => `${String(fields.sku)} ${String(fields.name)}`).sort();
    expect(shown).toEqual([...pim.rows.values()].map(({ fields }) => `${String(fields.sku)} ${String(fields.name)}`).sort());
    expect(await test.database.query('SELECT 1 FROM mirror_document WHERE in_doubt')).toEqual([]);
  }, 60_000);
});
