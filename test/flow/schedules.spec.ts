import { PauseService } from '../../src/queue/pause-service.js';
import { readStatus } from '../../src/sync/read-status.js';
import { SyncService } from '../../src/sync/sync-service.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { PlainPim } from '../kit/plain/plain-pim.js';
import { plainService, stopServices } from '../kit/plain/plain-service.js';
import type { Service } from '../kit/service/index.js';
import { plainFile, plainStage, type PlainStage } from '../kit/service/plain-service.js';
import { until } from '../kit/until.js';

jest.setTimeout(180_000);

const seeds = Number(process.env.SEEDS ?? 1);
const leaseMs = 2_000;
const slotMs = 1_000;
const forever = new AbortController().signal;

let test: TestDatabase;
let stage: PlainStage | null = null;
let services: Service[] = [];

beforeEach(async () => {
  test = await createTestDatabase();
});

afterEach(async () => {
  for (const service of services) service.kill('SIGKILL');
  await Promise.all(services.map(({ ended }) => ended));
  services = [];
  await stopServices();
  await stage?.close();
  stage = null;
  await test.drop();
});

const rows = <Row extends object>(statement: string) => test.database.query<Row>(statement);
const now = async (): Promise<number> => (await rows<{ now: Date }>('SELECT clock_timestamp() AS now'))[0]?.now.getTime() ?? 0;

async function start(env: Readonly<Record<string, string>> = {}): Promise<Service> {
  if (!stage) throw new Error('no stage');
  const service = await stage.start(test.url, { PIM2SHOP_LEASE: String(leaseMs), ...env });
  services.push(service);
  return service;
}

function filled(pim: PlainPim): PlainPim {
  for (const key of ['a', 'b', 'c']) pim.put(key, { sku: `SKU-${key}`, name: key });
  pim.clock += 600_000;
  return pim;
}

interface Slot {
  readonly slot: Date;
  readonly state: string;
  readonly attempts: number;
  readonly reason: string | null;
  readonly first_slot: Date | null;
}
const slotsOf = (kind: string, pipeline = 'products') =>
  rows<Slot>(
    `SELECT slot, state, attempts, reason, first_slot FROM schedule_slot WHERE pipeline = '${pipeline}' AND kind = '${kind}' ORDER BY slot`,
  );
const deltas = () =>
  rows<{ state: string; startedAt: Date; finishedAt: Date }>(
    `SELECT state, started_at AS "startedAt", finished_at AS "finishedAt" FROM sync_run WHERE kind = 'delta' ORDER BY started_at`,
  );

describe('three instances, a delta every second', () => {
  it.each(Array.from({ length: seeds }, (_, seed) => seed + 1))(
    'each restarted in turn, in the middle of a run: a slot has at most one run, or a reason, and the next is not long in coming (round %i)',
    async () => {
      stage = await plainStage({
        pipelines: [plainFile('products', { events: false, delta: { every: '1s' } })],
        source: filled(new PlainPim()),
      });
      // A run lasts long enough to be met in the middle.
      stage.pim.onRequest = (request) => (request === 'changes' ? new Promise((resolve) => setTimeout(resolve, 250)) : undefined);
      const instances = await Promise.all([start(), start(), start()]);
      await until('deltas run', async () => (await slotsOf('delta')).some(({ state }) => state === 'done'));
      const begin = (await slotsOf('delta')).find(({ state }) => state === 'done')?.slot.getTime() ?? 0;
      const deaths: number[] = [];
      for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
        const runsNow = async (pid: number) =>
          (await rows(`SELECT 1 FROM sync_run WHERE state = 'running' AND owner LIKE '%:${pid}'`)).length > 0;
        let victim: Service | undefined;
        // Whoever looks first after a full second has the run: of those who never do, the next is met outside of one.
        const patience = performance.now() + 4_000;
        await until('one of them is at it', async () => {
          for (const one of instances) if (await runsNow(one.pid)) victim = one;
          return victim !== undefined || performance.now() > patience;
        });
        victim ??= instances[0];
        if (!victim) throw new Error('nobody is left');
        victim.kill(signal);
        await victim.ended;
        deaths.push(await now());
        instances.splice(instances.indexOf(victim), 1);
        await start();
        const before = (await deltas()).length;
        await until('the others went on', async () => (await deltas()).length > before + 3);
      }
      await until('thirty slots have come', async () => (await now()) > begin + 31 * slotMs);
      for (const service of services) service.kill('SIGTERM');
      await Promise.all(services.map(({ ended }) => ended));

      const slots = (await slotsOf('delta')).filter(({ slot }) => slot.getTime() >= begin);
      const covers = (second: number) =>
        slots.filter(({ slot, first_slot: first }) => (first ?? slot).getTime() <= second && second <= slot.getTime());
      const last = slots.at(-1)?.slot.getTime() ?? 0;
      expect((last - begin) / slotMs).toBeGreaterThanOrEqual(30);
      for (let second = begin; second <= last; second += slotMs) {
        expect([new Date(second), covers(second).length > 0]).toEqual([new Date(second), true]);
        expect(covers(second).filter(({ state }) => state !== 'skipped').length).toBeLessThanOrEqual(1);
      }
      expect(slots.filter(({ state, reason }) => state === 'skipped' && !reason)).toEqual([]);
      const runs = await deltas();
      expect(runs.filter(({ state }) => state === 'completed').length).toBe(
        (await slotsOf('delta')).filter(({ state }) => state === 'done').length,
      );
      runs.slice(1).forEach(({ startedAt }, index) => {
        const before = runs[index];
        if (!before) return;
        expect(startedAt >= before.finishedAt).toBe(true);
        const alive = Math.max(before.startedAt.getTime(), ...deaths.filter((time) => time < startedAt.getTime()));
        expect(startedAt.getTime() - alive).toBeLessThanOrEqual(leaseMs + slotMs);
      });
      // Somebody was met in the middle, and the run taken over: otherwise this shows nothing.
      expect((await slotsOf('delta')).some(({ attempts }) => attempts > 1)).toBe(true);
    },
  );
});

/** A PIM that cannot tell anything of its categories. */
class WithoutCategories extends PlainPim {
  override changes(...[entity, ...rest]: Parameters<PlainPim['changes']>): ReturnType<PlainPim['changes']> {
    return entity === 'category' ? Promise.reject(new Error('the PIM has no categories')) : super.changes(entity, ...rest);
  }
}

it('what depends on a pipeline whose first load fails waits as long as is said, and says what it starts without', async () => {
  stage = await plainStage({
    pipelines: [
      plainFile('categories', { source: { connection: 'pim', entity: 'category' }, events: false, full: { every: '1h' } }),
      plainFile('products', { events: false, full: { every: '1h' }, dependsOn: [{ pipeline: 'categories', atMost: '4s' }] }),
    ],
    source: filled(new WithoutCategories()),
  });
  await start();
  await until('the categories failed', async () => (await slotsOf('full', 'categories')).some(({ state }) => state === 'failed'));
  expect(await rows(`SELECT 1 FROM sync_run WHERE pipeline = 'products'`)).toEqual([]);
  expect(await slotsOf('full')).toMatchObject([{ state: 'skipped', reason: 'depends on categories, whose first load goes first' }]);
  await until('the products are through', async () => (await slotsOf('full')).some(({ state }) => state === 'done'));
  const [failed] = await slotsOf('full', 'categories').then((slots) => slots.filter(({ state }) => state === 'failed'));
  const through = (await slotsOf('full')).find(({ state }) => state === 'done');
  expect(through?.reason).toBe('without the first load of categories, which failed');
  expect((through?.slot.getTime() ?? 0) - (failed?.slot.getTime() ?? 0)).toBeGreaterThanOrEqual(4_000);
});

it('a scheduler delivers nothing, and a worker starts nothing: together they do all of it', async () => {
  stage = await plainStage({
    pipelines: [plainFile('products', { events: false, delta: { every: '1s' } })],
    source: filled(new PlainPim()),
  });
  await start({ PIM2SHOP_ROLE: 'scheduler' });
  await until('deltas run', async () => (await deltas()).filter(({ state }) => state === 'completed').length > 1);
  expect(stage.shop.products.size).toBe(0);
  await start({ PIM2SHOP_ROLE: 'worker' });
  const { shop } = stage;
  await until('everything is in the shop', () => shop.products.size === 3);
  const owners = await rows<{ owner: string }>('SELECT DISTINCT owner FROM sync_run');
  expect(owners.map(({ owner }) => owner.split(':').at(-1))).toEqual([String(services[0]?.pid)]);
});

describe('a slot of a year', () => {
  const year = { everyMs: 365 * 86_400_000 };
  const anna = { kind: 'user', name: 'anna' } as const;
  const pim = { kind: 'connection', name: 'pim' } as const;
  const states = async () =>
    (await readStatus(test.database)).flatMap(({ slots }) => slots.map(({ kind, state, reason }) => `${kind} ${state} ${reason}`));

  it('that comes while its source is paused is shown with that reason, and is run once afterwards', async () => {
    const service = await plainService(test.database, filled(new PlainPim()), ['products'], { pipeline: { delta: null, full: year } });
    const people = new PauseService(test.database);
    await people.pause(pim, 'maintenance', anna);
    const running = service.start();
    await running.tick();
    await running.tick();
    expect(await states()).toEqual(['full skipped the connection pim is paused']);
    await people.resume(pim, null, anna);
    await running.tick();
    await until('it has run', async () => (await states()).includes('full done null'));
    expect(await rows('SELECT 1 FROM sync_run')).toHaveLength(1);
  });

  it('that comes in a blackout is shown with that reason, and nothing starts', async () => {
    const always = { days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 24 * 60, timezone: 'UTC', delta: false };
    const service = await plainService(test.database, filled(new PlainPim()), ['products'], {
      pipeline: { delta: null, full: year, blackouts: [always] },
    });
    const running = service.start();
    await running.tick();
    await running.tick();
    expect(await states()).toEqual(['full skipped blackout']);
    expect(await rows('SELECT 1 FROM sync_run')).toEqual([]);
  });

  it('waits for the pass of what it depends on, as long as that is not through', async () => {
    const source = filled(new PlainPim());
    const waitsFor = [{ pipeline: 'categories', atMostMs: 400 * 86_400_000 }];
    const service = await plainService(test.database, source, ['products', 'categories'], {
      pipeline: { delta: null, full: year },
      own: { products: { waitsFor } },
    });
    for (const pipeline of ['products', 'categories'])
      await new SyncService(service.project).sync({ pipeline, kind: 'full', trigger: 'command', limit: null, signal: forever });
    await rows(`UPDATE pipeline_state SET last_full_sync = '2020-01-01'`);
    source.onRequest = (request) => {
      if (request === 'keys') throw new Error('the PIM is away');
    };
    const running = service.start();
    const state = async (pipeline: string) => (await slotsOf('full', pipeline)).map(({ state: one, reason }) => `${one} ${reason}`);
    await running.tick();
    await until('the categories failed', async () => (await state('categories')).includes('failed null'));
    source.onRequest = () => undefined;
    await running.tick();
    expect(await state('products')).toEqual(['skipped depends on categories, whose full goes first']);
    // As if the pause after the failure were over.
    await rows(`UPDATE schedule_slot SET finished_at = finished_at - interval '10 minutes' WHERE state = 'failed'`);
    await running.tick();
    await until('the categories are through', async () => (await state('categories')).includes('done null'));
    await running.tick();
    await until('the products are through', async () => (await state('products')).includes('done null'));
    const order = await rows<{ pipeline: string; state: string }>(
      `SELECT pipeline, state FROM sync_run WHERE trigger = 'schedule' ORDER BY id`,
    );
    expect(order.map(({ pipeline, state: one }) => `${pipeline} ${one}`)).toEqual([
      'categories failed',
      'categories completed',
      'products completed',
    ]);
  });

  it('finds what is gone where it is of a sweep', async () => {
    const source = filled(new PlainPim());
    const service = await plainService(test.database, source, ['products'], { pipeline: { delta: null, full: year } });
    const first = service.start(50);
    const shop = service.shops.get('products');
    await until('everything is in the shop', () => shop?.products.size === 3);
    await first.stop();
    source.remove('b');
    const later = await plainService(test.database, source, ['products'], {
      pipeline: { delta: null, full: null, sweep: { everyMs: 1_000 } },
    });
    const second = later.start(50);
    await until('it is gone', async () => (await rows(`SELECT 1 FROM mirror_document WHERE state = 'gone'`)).length === 1);
    await second.stop();
    expect(await rows(`SELECT DISTINCT trigger, state FROM sync_run WHERE kind = 'sweep' AND state <> 'cancelled'`)).toEqual([
      { trigger: 'schedule', state: 'completed' },
    ]);
  });
});
