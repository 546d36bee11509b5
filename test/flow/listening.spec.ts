import { SyncService } from '../../src/sync/sync-service.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { ListeningPim } from '../kit/plain/listening-pim.js';
import { plainService, stopServices, type PlainService } from '../kit/plain/plain-service.js';
import { until } from '../kit/until.js';

const hourly = { delta: { everyMs: 3_600_000, strategy: null, overlapMs: 0 } };
const forever = new AbortController().signal;

let test: TestDatabase;
let pim: ListeningPim;
let service: PlainService;

beforeEach(async () => {
  test = await createTestDatabase();
  pim = new ListeningPim();
  pim.put('a', { sku: 'SKU-a', name: 'a' });
  service = await open(60_000);
  for (const pipeline of ['one', 'two'])
    await new SyncService(service.project).sync({ pipeline, kind: 'full', trigger: 'command', limit: null, signal: forever });
  pim.requests.length = 0;
});
afterEach(async () => {
  await stopServices();
  await test.drop();
});

const open = (leaseMs: number): Promise<PlainService> =>
  plainService(test.database, pim, ['one', 'two'], { pipeline: hourly, strategies: ['changes'], leaseMs });
const nameIn = (pipeline: string): unknown => service.shops.get(pipeline)?.products.get('sku-a')?.fields.name;

describe('a feed that can wait', () => {
  it('is listened to: a change arrives without the next look, in every pipeline, and shutting down ends the wait at once', async () => {
    const running = service.start(100);
    for (const name of ['first', 'second']) {
      await until('the source waits', () => pim.listeners === 1);
      pim.put('a', { sku: 'SKU-a', name });
      await until('it is delivered', () => nameIn('one') === name && nameIn('two') === name);
    }
    await until('the source waits again', () => pim.listeners === 1);
    const began = performance.now();
    await running.stop();
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(pim.listeners).toBe(0);
    const runs = await test.database.query<{ pipeline: string; seen: number }>(
      `SELECT pipeline, sum(CAST(counts ->> 'seen' AS int)) AS seen FROM sync_run WHERE kind = 'delta' AND state <> 'failed' GROUP BY 1 ORDER BY 1`,
    );
    expect(runs.map(({ pipeline, seen }) => `${pipeline} ${seen}`)).toEqual(['one 2', 'two 2']);
    // What was given up on the way out is free for the next instance at once.
    expect(await test.database.query('SELECT 1 FROM schedule_slot WHERE leased_until > clock_timestamp()')).toEqual([]);
  });

  it('is asked once a slot where it does not wait', async () => {
    pim.patienceMs = 0;
    const running = service.start();
    await running.tick();
    const runs = () => test.database.query(`SELECT 1 FROM sync_run WHERE kind = 'delta' AND pipeline = 'two' AND state = 'completed'`);
    await until('the run is through', async () => (await runs()).length === 1);
    await running.tick();
    await running.stop();
    // One, unless the next slot has begun meanwhile.
    expect(pim.requests.filter((request) => request === 'changes')).toHaveLength((await runs()).length);
  });

  it('is free for others between two waits', async () => {
    const waiting = (await open(2_000)).start(100);
    await until('the source waits', () => pim.listeners === 1);
    const command = { pipeline: 'one', kind: 'delta', trigger: 'command', limit: null, signal: forever } as const;
    expect(await new SyncService(service.project).sync(command)).toMatchObject({ state: 'completed', message: null });
    await until('the source waits again', () => pim.listeners === 1);
    await waiting.stop();
  });
});
