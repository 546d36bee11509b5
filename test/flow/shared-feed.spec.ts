import { SyncService } from '../../src/sync/sync-service.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { PlainPim } from '../kit/plain/plain-pim.js';
import { plainPipeline } from '../kit/plain/plain-pipeline.js';
import { plainService, stopServices, type PlainService } from '../kit/plain/plain-service.js';
import { until } from '../kit/until.js';

const ten = Array.from({ length: 10 }, (_, number) => `products-${number}`);
const forever = new AbortController().signal;

let test: TestDatabase;
let pim: PlainPim;

beforeEach(async () => {
  test = await createTestDatabase();
  pim = new PlainPim();
  for (const key of ['a', 'b', 'c', 'd', 'e']) pim.put(key, { sku: `SKU-${key}`, name: key });
  pim.clock += 600_000;
});
afterEach(async () => {
  await stopServices();
  await test.drop();
});

const detections = (): number => pim.requests.filter((request) => request === 'changes').length;
const runs = (kind: string) =>
  test.database.query<{ pipeline: string; state: string; counts: { seen: number; enqueued: number; filtered: number; settled: number } }>(
    'SELECT pipeline, state, counts FROM sync_run WHERE kind = $1 ORDER BY pipeline, id',
    [kind],
  );

async function readWhole({ project }: PlainService, names: readonly string[]): Promise<void> {
  for (const pipeline of names)
    await new SyncService(project).sync({ pipeline, kind: 'full', trigger: 'command', limit: null, signal: forever });
  pim.clock += 600_000;
  for (const pipeline of names)
    await new SyncService(project).sync({ pipeline, kind: 'delta', trigger: 'command', limit: null, signal: forever });
  pim.clock += 600_000;
  pim.requests.length = 0;
  await test.database.query(`DELETE FROM sync_run`);
}

function editThree(): void {
  for (const key of ['a', 'c', 'e']) pim.edit(key, { name: `${key} again` });
  pim.clock += 600_000;
}

/** Requests for changes that a delta of these pipelines costs. */
async function costOf(names: readonly string[]): Promise<number> {
  const service = await plainService(test.database, pim, names);
  await readWhole(service, names);
  editThree();
  const [first = ''] = names;
  await new SyncService(service.project).sync({ pipeline: first, kind: 'delta', trigger: 'command', limit: null, signal: forever });
  const queued = await test.database.query(`SELECT 1 FROM queue_entry WHERE state = 'ready'`);
  expect(queued).toHaveLength(3 * (names.length - 1));
  return detections();
}

it('a feed that ten pipelines read costs the source as many requests as one', async () => {
  const one = await costOf(['alone']);
  await test.drop();
  test = await createTestDatabase();
  expect(await costOf(ten)).toBe(one);
});

describe('the service', () => {
  // One slot in a year: the first look takes it, and no second one comes by while a test runs.
  const yearly = { delta: { everyMs: 365 * 86_400_000, strategy: null, overlapMs: 120_000 } };

  it('reads a feed once for all whose delta is due: a run of each, with its own counts, and everything delivered', async () => {
    const service = await plainService(test.database, pim, ten, { pipeline: yearly });
    await readWhole(service, ten);
    editThree();
    const running = service.start();
    await running.tick();
    await until('everything is delivered', async () => {
      const found = await runs('delta');
      return found.length === 10 && found.every(({ counts }) => counts.settled === 3);
    });
    await running.tick();
    await running.stop();
    // One page of three, in one request.
    expect(detections()).toBe(1);
    for (const run of await runs('delta'))
      expect(run).toMatchObject({ state: 'completed', counts: { seen: 3, enqueued: 3, filtered: 0, settled: 3 } });
    for (const shop of service.shops.values()) expect(shop.products.get('sku-c')?.fields.name).toBe('c again');
    const states = await test.database.query<{ last_sync: number }>('SELECT last_sync FROM pipeline_state');
    expect(new Set(states.map(({ last_sync: time }) => time))).toEqual(new Set([pim.clock]));
  });

  it('reads it once, though two instances look at the same time', async () => {
    const service = await plainService(test.database, pim, ten, { pipeline: yearly });
    await readWhole(service, ten);
    editThree();
    const instances = [service.start(), service.start()];
    for (let look = 0; look < 3; look += 1) await Promise.all(instances.map((one) => one.tick()));
    await until('all runs are through', async () => (await runs('delta')).filter(({ state }) => state === 'completed').length === 10);
    await Promise.all(instances.map((one) => one.tick()));
    await Promise.all(instances.map((one) => one.stop()));
    expect(detections()).toBe(1);
    expect(await runs('delta')).toHaveLength(10);
  });

  it('fails all of them where the source fails, and the next look is the next slot’s', async () => {
    const service = await plainService(test.database, pim, ten, { pipeline: yearly });
    await readWhole(service, ten);
    pim.onRequest = () => {
      throw new Error('the PIM has gone away');
    };
    const running = service.start();
    await running.tick();
    await until('all runs are through', async () => (await runs('delta')).filter(({ state }) => state === 'failed').length === 10);
    await running.tick();
    await running.stop();
    expect(detections()).toBe(1);
    expect(await test.database.query(`SELECT state FROM schedule_slot GROUP BY state`)).toEqual([{ state: 'failed' }]);
  });

  it('runs a delta of who changed its mapping apart: it goes over every key', async () => {
    const before = await plainService(test.database, pim, ten, { pipeline: yearly });
    await readWhole(before, ten);
    const service = await plainService(test.database, pim, ten, { pipeline: { ...yearly, hash: 'another' } });
    const running = service.start();
    await running.tick();
    await until('all runs are through', async () => (await runs('delta')).filter(({ state }) => state === 'completed').length === 10);
    await running.stop();
    for (const { counts } of await runs('delta')) expect(counts).toMatchObject({ seen: 5, enqueued: 5 });
    expect(plainPipeline().hash).not.toBe('another');
  });
});
