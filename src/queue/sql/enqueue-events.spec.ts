import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import type { EventDelivery, NewEntry } from '../entry.js';
import { enqueueDeliveries } from './enqueue-deliveries.js';
import { takeFeed } from './feed-lease.js';
import { watermark } from './watermark.js';

let db: TestDatabase;
let scene: QueueScene;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
});

const counts = async (enqueued: ReturnType<QueueScene['enqueue']>): Promise<unknown> => (await enqueued).counts.get(scene.pipeline);
const event = (key: string, version: number | null = null, more: Parameters<QueueScene['change']>[2] = {}) =>
  scene.enqueue('event', [scene.change(key, version, more)]);
const delivery = (id: string | null, ...entries: readonly NewEntry[]): EventDelivery => ({
  connection: scene.connection,
  id,
  entries,
  related: [],
});
const deliver = (...deliveries: readonly EventDelivery[]) => enqueueDeliveries(db.database, deliveries, new Map());
const delivered = (id: string, key: string) => deliver(delivery(id, scene.change(key, null)));

async function settled(key: string): Promise<void> {
  const { entry } = await scene.claimOne();
  expect(entry.key).toBe(key);
  await scene.settle([], [scene.verdict(entry)]);
}

describe('what an event says', () => {
  it('opens an entry that does not hold the last sync time', async () => {
    expect(await counts(event('a'))).toEqual({ enqueued: 1, coalesced: 0, filtered: 0 });
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', cause: 'event', hold: null, run: null });
  });

  it('is news as long as nobody has seen that version closed', async () => {
    expect(await counts(event('a', 7))).toMatchObject({ enqueued: 1 });
    expect(await counts(event('a', 7))).toMatchObject({ coalesced: 1 });
    await settled('a');
    await scene.delta('a', 7);
    await settled('a');
    expect(await counts(event('a', 7))).toEqual({ enqueued: 0, coalesced: 0, filtered: 1 });
    expect(await scene.entry('a')).toBeUndefined();
    expect(await counts(event('a', 8))).toMatchObject({ enqueued: 1 });
  });

  it('is no sighting: the delta that finds the same version afterwards reads it again', async () => {
    await event('a', 7);
    await settled('a');
    expect(await counts(scene.delta('a', 7))).toMatchObject({ enqueued: 1 });
    expect(await scene.entry('a')).toMatchObject({ cause: 'delta', hold: 100 });
    await settled('a');
    // And what came without a version does not make the delta forget what it has seen.
    await event('a');
    await settled('a');
    expect(await counts(scene.delta('a', 7))).toMatchObject({ filtered: 1 });
  });

  it('holds the last sync time once a delta finds it too, whether that is news or not', async () => {
    await scene.delta('b', 3);
    await settled('b');
    const feed = `pim-${scene.pipeline}/product`;
    const taken = await takeFeed(db.database, feed, 'reader', 30_000);
    await event('a');
    await event('b');
    const move = { feed, expectedMoves: 0, leaseToken: taken?.leaseToken ?? 0, cursor: {}, position: 900, underWay: false };
    await scene.enqueue('delta', [scene.change('a', 1), scene.change('b', 3)], { hold: 400, move });
    expect([await scene.entry('a'), await scene.entry('b')]).toMatchObject([{ hold: 400 }, { hold: 400 }]);
    expect(await watermark(db.database, scene.pipeline, feed)).toMatchObject({ lastSync: 400 });
    await settled('a');
    await settled('b');
    expect(await watermark(db.database, scene.pipeline, feed)).toMatchObject({ lastSync: 900 });
  });

  it('leaves the hold of an entry that a delta found', async () => {
    await scene.delta('a', 1, 50);
    await event('a');
    expect(await scene.entry('a')).toMatchObject({ hold: 50, cause: 'delta' });
  });

  it('comes again after what is under lease is settled', async () => {
    await event('a');
    const { entry } = await scene.claimOne();
    await event('a');
    expect(await scene.settle([], [scene.verdict(entry)])).toMatchObject({ renewed: ['a'] });
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', attempts: 0 });
  });

  it('revives what is dead, unless it is a version that was seen', async () => {
    await scene.delta('a', 5);
    const { entry } = await scene.claimOne();
    await scene.settle([], [scene.verdict(entry, { kind: 'dead' }, { error: { code: 'some', message: 'error', field: null } })]);
    expect(await counts(event('a', 5))).toMatchObject({ filtered: 1 });
    expect(await scene.entry('a')).toMatchObject({ state: 'dead' });
    expect(await counts(event('a', 6))).toMatchObject({ enqueued: 1 });
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', error_code: null });
  });

  it('of a deletion is no proof for a record that a sweep or a delta sees', async () => {
    await event('a', null, { kind: 'deleted' });
    expect(await scene.entry('a')).toMatchObject({ kind: 'deleted', proof: null });
    await scene.delta('a', 2);
    expect(await scene.entry('a')).toMatchObject({ kind: 'updated', proof: null });
  });
});

describe('a delivery', () => {
  const deliveries = async () =>
    (await db.database.query<{ delivery: string }>('SELECT delivery FROM webhook_delivery WHERE connection = $1', [scene.connection]))
      .length;

  it('opens what it says: no hold, no run', async () => {
    expect(await delivered('1', 'a')).toEqual([{ pipeline: scene.pipeline, key: 'a', revision: expect.any(Number) as number }]);
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', cause: 'event', hold: null, run: null, changed_fields: [] });
  });

  it('that comes again changes nothing', async () => {
    await delivered('1', 'a');
    const first = await scene.entry('a');
    expect(await delivered('1', 'a')).toEqual([]);
    expect(await scene.entry('a')).toEqual(first);
    await settled('a');
    expect(await delivered('1', 'a')).toEqual([]);
    expect([await scene.entry('a'), await deliveries()]).toEqual([undefined, 1]);
  });

  it('of another connection, by another id, or without one, is another one', async () => {
    await delivered('1', 'a');
    const others = [
      delivery('2', scene.change('a', null)),
      { ...delivery('1', scene.change('a', null)), connection: `${scene.connection}-2` },
    ];
    for (const other of [...others, delivery(null, scene.change('a', null)), delivery(null, scene.change('a', null))]) {
      const before = Number((await scene.entry('a'))?.revision);
      expect((await deliver(other))[0]?.revision).toBeGreaterThan(before);
    }
  });

  it('that comes many times at once is taken once, also within one statement', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => delivered('1', 'a')));
    expect(results.filter(({ length }) => length > 0)).toHaveLength(1);
    const twice = delivery('2', scene.change('a', null));
    expect(await deliver(twice, twice)).toHaveLength(1);
    expect(await deliveries()).toBe(2);
  });

  it('that comes again together with others is left out, and they are not', async () => {
    await delivered('1', 'a');
    const first = await scene.entry('a');
    await deliver(delivery('1', scene.change('a', null), scene.change('x', null)), delivery('2', scene.change('b', null)));
    expect([await scene.entry('a'), await scene.entry('x')]).toEqual([first, undefined]);
    expect(await scene.entry('b')).toMatchObject({ state: 'ready' });
  });

  it('makes one entry of what several say of one record: the last kind, the best priority, fields that one alone names', async () => {
    await deliver(
      delivery('1', scene.change('a', null, { kind: 'deleted', priority: 30, changedFields: ['name'] })),
      delivery('2', scene.change('a', null, { kind: 'updated', priority: 10, changedFields: ['price'] })),
      delivery('3', scene.change('b', null, { changedFields: ['name'] })),
    );
    expect(await scene.entry('a')).toMatchObject({ kind: 'updated', priority: 30, changed_fields: [] });
    expect(await scene.entry('b')).toMatchObject({ changed_fields: ['name'] });
  });

  it('is not written down where its entries cannot be', async () => {
    await expect(deliver(delivery('1', scene.change(randomBytes(10_000).toString('hex'), null)))).rejects.toThrow(/index row/);
    expect(await deliveries()).toBe(0);
    expect(await delivered('1', 'a')).toHaveLength(1);
  });
});
