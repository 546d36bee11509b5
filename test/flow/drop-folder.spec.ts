import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { silentLog } from '../../src/logging/log.js';
import { silentJourney, type Step } from '../../src/sync/journey.js';
import { OpenProject } from '../../src/sync/open-project.js';
import { SyncService, type SyncResult } from '../../src/sync/sync-service.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { openProducts, Supplier } from '../kit/drop-folder/index.js';
import { PlainPim } from '../kit/plain/plain-pim.js';
import { plainPipeline } from '../kit/plain/plain-pipeline.js';
import { PlainShop } from '../kit/plain/plain-shop.js';
import { servePlain } from '../kit/plain/serve-plain.js';

const leaseMs = 2_000;
let test: TestDatabase;
let supplier: Supplier;

beforeEach(async () => {
  test = await createTestDatabase();
  supplier = new Supplier();
});
afterEach(async () => {
  supplier.close();
  await test.drop();
});

const drop = (name: string, text: string, count = 25): void => {
  const lines = Array.from({ length: count }, (_, index) => JSON.stringify({ sku: `SKU-${index}`, name: `${text} ${index}` }));
  supplier.drop(name, `${lines.join('\n')}\n`);
};
const archived = (): string[] => supplier.files('archive', 'product').map((name) => name.split('.').slice(3).join('.'));
const namesIn = (shop: PlainShop): Set<unknown> => new Set([...shop.products.values()].map(({ fields }) => fields.name));

describe('a drop folder that two pipelines read', () => {
  const shops = { a: new PlainShop(), b: new PlainShop() };
  let run: (pipeline: string, kind?: 'delta' | 'full') => Promise<SyncResult>;

  beforeEach(async () => {
    for (const shop of Object.values(shops)) [shop.fault, shop.onWrite] = ['none', () => undefined];
    const source = openProducts(supplier.folder);
    const parts = Object.entries(shops).map(([name, target]) => ({
      pipeline: plainPipeline({ name, target: { connection: `shop-${name}`, resource: 'product' }, dependsOn: [] }),
      source,
      sourceMaxKeys: 100,
      target,
      targetDefinition: PlainShop.definition,
    }));
    const project = await OpenProject.assemble({ sql: test.database, leaseMs, log: silentLog, journey: silentJourney }, parts);
    const service = new SyncService(project);
    const { signal } = new AbortController();
    run = (pipeline, kind = 'delta') => service.sync({ pipeline, kind, trigger: 'command', limit: null, signal });
  });

  it('archives a file once both have settled it, and not before', async () => {
    drop('full-1.jsonl', 'first');
    for (const pipeline of ['a', 'b']) expect(await run(pipeline, 'full')).toMatchObject({ state: 'completed' });
    drop('delta-1.jsonl', 'second');
    const seen: string[][] = [];
    for (const shop of Object.values(shops)) shop.onWrite = () => void seen.push(archived());
    expect(await run('a')).toMatchObject({ state: 'completed', counts: { settled: 25 } });
    expect(archived()).not.toContain('delta-1.jsonl');
    expect(await run('b')).toMatchObject({ state: 'completed' });
    expect(archived()).toEqual(['full-1.jsonl', 'delta-1.jsonl']);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.flat()).not.toContain('delta-1.jsonl');
    for (const shop of Object.values(shops)) expect(namesIn(shop)).toContain('second 24');
  });

  it('does not archive what was there before they began until both have gone over everything', async () => {
    drop('full-1.jsonl', 'first');
    await run('a', 'full');
    await run('a');
    await run('a');
    expect([archived(), namesIn(shops.a).size]).toEqual([[], 25]);
    await run('b', 'full');
    await run('b');
    expect(archived()).toEqual(['full-1.jsonl']);
  });

  it('takes down what a later full file lacks, and only what it lacks', async () => {
    drop('full-1.jsonl', 'first');
    await run('a', 'full');
    drop('full-2.jsonl', 'first', 20);
    await run('a');
    expect(shops.a.products.size).toBe(25);
    await run('a', 'full');
    expect([...shops.a.products.keys()].sort()).toEqual(Array.from({ length: 20 }, (_, index) => `sku-${index}`).sort());
  });
});

describe('killed with -9 while a file is read and delivered', () => {
  const steps: Step[] = ['claimed', 'planned', 'intended', 'sent', 'settling', 'settled'];

  it.each(steps.map((step, index) => [step, index % 2 === 0 ? 0 : 3] as const))(
    'at the step "%s", passed %i times before, it archives nothing that is not delivered, and everything in the end',
    async (dieAt, after) => {
      const shop = new PlainShop();
      const server = await servePlain(new PlainPim(), shop);
      const run = (kind: 'delta' | 'full', dies: boolean): Promise<string | null> => {
        const order = { databaseUrl: test.url, url: server.url, dropFolder: supplier.folder, kind, dieAt: dies ? dieAt : null, after };
        const script = join(__dirname, '../../dist/test/kit/plain/run-killed.js');
        const child = spawn(process.execPath, [script, JSON.stringify({ ...order, delayMs: 0, leaseMs, signal: 'SIGKILL' })], {
          stdio: ['ignore', 'ignore', 'inherit'],
        });
        return new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal)));
      };
      drop('full-1.jsonl', 'first');
      expect(await run('full', false)).toBeNull();
      drop('delta-1.jsonl', 'second');
      expect(await run('delta', true)).toBe('SIGKILL');
      expect(archived()).not.toContain('delta-1.jsonl');
      expect(await run('delta', false)).toBeNull();
      expect(namesIn(shop)).toEqual(new Set(Array.from({ length: 25 }, (_, index) => `second ${index}`)));
      expect(archived()).toEqual(['full-1.jsonl', 'delta-1.jsonl']);
      expect(supplier.files('taken', 'product')).toEqual([]);
      await server.close();
    },
    60_000,
  );
});
