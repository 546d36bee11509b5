import type { Pipeline } from '../../src/mapping/pipeline.js';
import { enqueue } from '../../src/queue/sql/enqueue.js';
import { listAudit } from '../../src/queue/sql/audit.js';
import { RemovalService } from '../../src/removals/removal-service.js';
import { workOnAll } from '../../src/sync/continuous-work.js';
import { SyncService } from '../../src/sync/sync-service.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';
import { limits } from '../kit/plain/plain-pipeline.js';
import { until } from '../kit/until.js';

/** Rules 13 and 14, on every road a removal can come by. */
const anna = { kind: 'user', name: 'anna' } as const;
const products = 40;

let test: TestDatabase;
let on: PlainJourney;
let removals: RemovalService;

afterEach(async () => {
  await on.project.close();
  await test.drop();
});

/** 40 products stand in the shop; a set, and a day, may remove 15 percent of them: 6. */
async function begin(deletes: Pipeline['deletes'] = { policy: 'delete', ...limits(15, 100), maxShrinkPercent: 20 }): Promise<void> {
  test = await createTestDatabase();
  on = await plainJourney(test.database, { pipeline: { deletes } });
  removals = new RemovalService(test.database);
  for (let number = 1; number <= products; number += 1) on.pim.put(key(number), record(number));
  await on.full();
  expect(on.shop.products.size).toBe(products);
}

const key = (number: number): string => `id-${String(number).padStart(2, '0')}`;
const record = (number: number) => ({ sku: `SKU-${number}`, name: `name ${number}`, price: number, color: 'red', enabled: true });

function later(): void {
  on.pim.clock += 5_000;
}

function disable(...numbers: readonly number[]): void {
  later();
  for (const number of numbers) on.pim.edit(key(number), { enabled: false });
  later();
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const standing = (): number => on.shop.products.size;
const waiting = async () => (await removals.list()).map(({ removals: count, reason }) => ({ count, reason }));
const incidents = () => test.database.query('SELECT kind, pipeline, state, count FROM incident ORDER BY id');

describe('the budget of 24 hours', () => {
  beforeEach(() => begin());

  it('is one for all deltas: small removals do not add up to everything', async () => {
    for (let round = 0; round < 10; round += 1) {
      disable(1 + 2 * round, 2 + 2 * round);
      await on.delta();
    }
    expect(standing()).toBe(products - 6);
    expect(await waiting()).toEqual([
      { count: 14, reason: expect.stringMatching(/would make it 8 in 24 hours, more than the 6/) as string },
    ]);
    expect(await incidents()).toMatchObject([{ kind: 'removals_held', pipeline: 'products', state: 'open' }]);
  });

  it('is one for what comes by a delta and what an event deletes', async () => {
    disable(1, 2, 3, 4);
    await on.delta();
    for (const number of [11, 12, 13]) on.pim.remove(key(number));
    const entries = [11, 12, 13].map((number) => ({
      pipeline: 'products',
      key: key(number),
      kind: 'deleted' as const,
      version: null,
      priority: 30,
      changedFields: [],
    }));
    await enqueue(test.database, { cause: 'event', entries, hold: null, pass: null, run: null, move: null });
    await on.drain();
    expect(standing()).toBe(products - 4);
    expect(await waiting()).toMatchObject([{ count: 3 }]);
  });

  it('lets everything else of the batch go', async () => {
    disable(...range(1, 7));
    on.pim.edit(key(40), { name: 'changed' });
    later();
    const result = await on.delta();
    expect(result.counts).toMatchObject({ held: 7, removed: 0, settled: 1 });
    expect([standing(), on.shop.products.get('sku-40')?.fields.name]).toEqual([products, 'changed']);
  });

  it('is free again after a day', async () => {
    disable(...range(1, 6));
    await on.delta();
    await test.database.query(
      `UPDATE removal_budget SET spent = (SELECT jsonb_object_agg((key::bigint - 24)::text, value) FROM jsonb_each(spent))`,
    );
    disable(7, 8);
    await on.delta();
    expect(standing()).toBe(products - 8);
  });

  it('is not paid twice by a removal that is tried again', async () => {
    disable(...range(1, 6));
    let refusals = 2;
    on.shop.onWrite = () => {
      refusals -= 1;
      if (refusals >= 0) throw new Error('away');
    };
    await on.delta();
    await on.drain();
    expect([standing(), await waiting()]).toEqual([products - 6, []]);
  });
});

describe('what a pass removes', () => {
  beforeEach(() => begin());

  it('goes as one set where it is little, what does not qualify and what is gone alike', async () => {
    for (const number of range(1, 3)) on.pim.edit(key(number), { enabled: false });
    for (const number of range(4, 6)) on.pim.remove(key(number));
    const result = await on.full();
    expect(result).toMatchObject({ message: null, counts: { removed: 6, held: 0 } });
    expect(standing()).toBe(products - 6);
  });

  it('is held as one set where it is much: not the first few of it go', async () => {
    for (const number of range(1, 4)) on.pim.edit(key(number), { enabled: false });
    for (const number of range(5, 7)) on.pim.remove(key(number));
    on.pim.edit(key(40), { name: 'changed' });
    const result = await on.full();
    expect(result.counts).toMatchObject({ removed: 0, held: 7, settled: 1 });
    expect(result.message).toMatch(/^7 removals are held for a person: 7 of 40 are 17\.5 %/);
    expect([standing(), on.shop.products.get('sku-40')?.fields.name]).toEqual([products, 'changed']);
    expect(await waiting()).toMatchObject([{ count: 7 }]);
  });

  it('is judged by whoever delivers it where the pass only queued', async () => {
    for (const number of range(1, 3)) on.pim.edit(key(number), { enabled: false });
    const ending = new AbortController();
    const service = new SyncService(on.project);
    const request = { pipeline: 'products', kind: 'full' as const, trigger: 'schedule' as const, limit: null, signal: ending.signal };
    await service.sync({ ...request, deliver: false });
    const work = workOnAll(on.project, ending.signal);
    await until('three are removed', () => standing() === products - 3);
    ending.abort();
    await work;
    expect(
      await test.database.query(`SELECT counts -> 'removed' AS removed, counts -> 'held' AS held FROM sync_run WHERE trigger = 'schedule'`),
    ).toEqual([{ removed: 3, held: 0 }]);
  }, 60_000);

  it('is held where the records come without their values, and the shop keeps what it has', async () => {
    later();
    for (const number of range(1, products)) on.pim.put(key(number), { sku: `SKU-${number}`, enabled: true });
    const mapped = on.shop.products.get('sku-1')?.fields;
    const result = await on.full();
    expect(result.message).toMatch(/its records have 2\.0 values each, the last time 5\.0/);
    expect(on.shop.products.get('sku-1')?.fields).toEqual(mapped);
  });

  it('is nothing where what is deleted is kept', async () => {
    await on.project.close();
    await test.drop();
    await begin({ policy: 'delete', deleted: 'keep', ...limits(15, 100) });
    for (const number of range(1, 20)) on.pim.remove(key(number));
    expect(await on.sweep()).toMatchObject({ message: null, counts: { held: 0, enqueued: 0 } });
    expect([standing(), await waiting()]).toEqual([products, []]);
  });

  it('is held where the pass is suspicious, however little it is', async () => {
    for (const number of range(1, 9)) on.pim.unlisted.add(key(number));
    on.pim.edit(key(40), { enabled: false });
    await on.full();
    expect([standing(), await waiting()]).toMatchObject([products, [{ count: 10 }]]);
  });

  it('is held where the listing shrank, though what it lacks stands in the source', async () => {
    for (const number of range(1, 9)) on.pim.unlisted.add(key(number));
    expect((await on.sweep()).message).toMatch(/^9 removals are held for a person: the source listed 31, the last time 40/);
    on.pim.unlisted.clear();
    await on.sweep();
    expect([standing(), await waiting(), await incidents()]).toMatchObject([products, [], [{ state: 'closed' }]]);
  });
});

describe('a set that is held', () => {
  beforeEach(async () => {
    await begin();
    disable(...range(1, 8));
    await on.delta();
    expect(await waiting()).toMatchObject([{ count: 8 }]);
  });

  const [set] = [async (): Promise<number> => (await removals.list())[0]?.id ?? -1];

  it('keeps every other removal waiting, until it is decided', async () => {
    disable(20);
    await on.delta();
    expect([standing(), await waiting()]).toMatchObject([products, [{ count: 9 }]]);
  });

  it('goes when it is released, and the release is written down', async () => {
    expect(await removals.release(await set(), anna, 8)).toBe(8);
    await on.drain();
    expect([standing(), await waiting()]).toEqual([products - 8, []]);
    expect(await incidents()).toMatchObject([{ state: 'closed' }]);
    expect(await listAudit(test.database)).toMatchObject([{ actor: 'user anna', action: 'release', details: { entries: 8, exact: 8 } }]);
    const [entries] = await test.database.query('SELECT count(*) AS n FROM queue_entry');
    expect(entries).toEqual({ n: 0 });
  });

  it('is judged anew one by one when it is released: what came back stays', async () => {
    const id = await set();
    // Not told by any delta: the release looks for itself.
    on.pim.edit(key(1), { enabled: true, name: 'back' });
    await removals.release(id, anna);
    await on.drain();
    expect([standing(), on.shop.products.get('sku-1')?.fields.name]).toEqual([products - 7, 'back']);
  });

  it('grants nothing that was sent since it was held', async () => {
    const id = await set();
    await test.database.query(`UPDATE mirror_document SET send_number = nextval('send_seq') WHERE entity_key = $1`, [key(1)]);
    await removals.release(id, anna);
    await on.drain();
    expect(await listAudit(test.database)).toMatchObject([{ details: { entries: 8, exact: 7 } }]);
    // The one takes the common road, on which the budget of the day still has room.
    expect(standing()).toBe(products - 8);
    const [spent] = await test.database.query('SELECT (SELECT sum(value::int) FROM jsonb_each_text(spent)) AS n FROM removal_budget');
    expect(Number((spent as { n: unknown }).n)).toBe(1);
  });

  it('loses what is seen alive again', async () => {
    later();
    on.pim.edit(key(1), { enabled: true, name: 'back' });
    later();
    await on.delta();
    expect(await waiting()).toMatchObject([{ count: 7 }]);
    expect(on.shop.products.get('sku-1')?.fields.name).toBe('back');
  });

  it('is over once all of it is alive again', async () => {
    later();
    for (const number of range(1, 8)) on.pim.edit(key(number), { enabled: true });
    later();
    await on.delta();
    expect([await waiting(), await incidents()]).toMatchObject([[], [{ state: 'closed' }]]);
    disable(9);
    await on.delta();
    expect(standing()).toBe(products - 1);
  });

  it('is not released where it holds more than the person saw', async () => {
    disable(20);
    await on.delta();
    await expect(removals.release(await set(), anna, 8)).rejects.toThrow(/holds 9 removals by now, not 8/);
    expect(await waiting()).toMatchObject([{ count: 9 }]);
  });

  it('removes nothing when it is discarded, and the next pass holds the same again', async () => {
    expect(await removals.discard(await set(), anna)).toBe(8);
    await on.drain();
    expect([standing(), await waiting()]).toEqual([products, []]);
    await on.full();
    expect([standing(), await waiting()]).toMatchObject([products, [{ count: 8 }]]);
  });

  it('is too old after a day: nothing of it is removed, and nobody can release it', async () => {
    const id = await set();
    await test.database.query(`UPDATE held_removal SET held_at = held_at - interval '24 h'`);
    await expect(removals.release(id, anna)).rejects.toThrow(/No set \d+ of removals waits/);
    await on.drain();
    expect([standing(), await waiting(), await incidents()]).toMatchObject([products, [], [{ state: 'closed' }]]);
    expect(await test.database.query('SELECT state FROM held_removal ORDER BY id')).toEqual([{ state: 'expired' }]);
  });

  it('waits in the set of a newer pass', async () => {
    const earlier = await set();
    for (const number of range(9, 10)) on.pim.remove(key(number));
    await on.full();
    expect(await waiting()).toMatchObject([{ count: 10 }]);
    expect(await set()).not.toBe(earlier);
  });

  it.each([
    ['released', () => set().then((id) => removals.release(id, anna))],
    ['discarded', () => set().then((id) => removals.discard(id, anna))],
    [
      'judged anew by a pass',
      () =>
        on
          .full()
          .then(() => set())
          .then((id) => removals.release(id, anna)),
    ],
  ])('adds up to what its runs opened when it is %s (S15)', async (_, decide) => {
    await decide();
    await on.drain();
    expect(await test.database.query('SELECT 1 FROM queue_entry')).toEqual([]);
    const runs = await test.database.query<{ counts: Record<string, number> }>('SELECT counts FROM sync_run');
    for (const { counts } of runs) {
      const { enqueued = 0, revived = 0, settled = 0, unchanged = 0, removed = 0, dead = 0, discarded = 0, absent = 0 } = counts;
      expect(settled + unchanged + removed + dead + discarded + absent).toBe(enqueued + revived);
    }
  });
});
