import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import type { ClaimedEntry } from '../../queue/entry.js';
import { expireHeld } from './decide-held.js';
import { listHeld } from './list-held.js';
import { reserveRemovals, type Reservation } from './reserve-removals.js';
import { heldSet } from './sets.js';

let db: TestDatabase;
let scene: QueueScene;

const limits = { maxPercent: 100, maxCount: 1_000, maxPercentPerDay: 20, maxCountPerDay: 100, minListed: 1, maxShrinkPercent: 20 };

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.database.query('DELETE FROM held_removal');
  scene = await QueueScene.open(db.database);
  await stand(50);
});

/** So many entities stand in the shop: a day may remove a fifth of them. */
async function stand(count: number): Promise<void> {
  await scene.sql.query('DELETE FROM mirror_document WHERE pipeline = $1', [scene.pipeline]);
  await scene.sql.query(
    `INSERT INTO mirror_document (connection, document_key, pipeline, entity_key, resource, store, hash, send_number, sent_at, read_number)
     SELECT $2, 'product:' || store || ':' || n, $1, 'live-' || n, 'product', store, 'hash', 1, now(), 1
     FROM generate_series(1, $3::int) AS n, unnest(ARRAY['all', 'de']) AS store`,
    [scene.pipeline, scene.connection, count],
  );
}

async function claimed(...keys: string[]): Promise<readonly ClaimedEntry[]> {
  await scene.enqueue(
    'event',
    keys.map((key) => scene.change(key, null, { kind: 'deleted' })),
  );
  return (await scene.claim()).entries;
}

const reserve = (entries: readonly ClaimedEntry[]): Promise<Reservation> => reserveRemovals(scene.sql, scene.pipeline, entries, limits);
const keys = (name: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${name}-${at}`);

describe('the removals of a day', () => {
  it('are granted to as many as the day allows, all of a batch or none', async () => {
    expect(await reserve(await claimed(...keys('a', 7)))).toEqual({ kind: 'granted' });
    expect(await reserve(await claimed(...keys('b', 5)))).toEqual({
      kind: 'refused',
      reason: '5 removals would make it 12 in 24 hours, more than the 11 of deletes.maxPercentPerDay and maxCountPerDay',
    });
    expect(await reserve(await claimed(...keys('c', 4)))).toEqual({ kind: 'granted' });
  });

  it('are granted to as many as the day allows, whoever asks at the same time', async () => {
    const batches = [];
    for (let number = 0; number < 8; number += 1) batches.push(await claimed(...keys(`batch-${number}`, 3)));
    const results = await Promise.all(batches.map(reserve));
    expect(results.filter(({ kind }) => kind === 'granted')).toHaveLength(3);
  });

  it('are measured against what stood in the shop before the first of them went', async () => {
    expect(await reserve(await claimed(...keys('a', 8)))).toEqual({ kind: 'granted' });
    await stand(42);
    expect(await reserve(await claimed(...keys('b', 2)))).toEqual({ kind: 'granted' });
  });

  it('may be a handful where little stands there', async () => {
    await stand(6);
    expect(await reserve(await claimed(...keys('a', 5)))).toEqual({ kind: 'granted' });
    expect(await reserve(await claimed('b'))).toMatchObject({ kind: 'refused' });
  });

  it('are counted for 24 hours, hour by hour', async () => {
    await scene.sql.query(
      `INSERT INTO removal_budget (pipeline, spent)
       SELECT $1, jsonb_build_object((hour - 24)::text, 100, (hour - 23)::text, 7) FROM (SELECT floor(extract(epoch FROM now()) / 3600)::bigint AS hour) AS h`,
      [scene.pipeline],
    );
    expect(await reserve(await claimed(...keys('a', 6)))).toMatchObject({ kind: 'refused' });
    expect(await reserve(await claimed(...keys('b', 3)))).toEqual({ kind: 'granted' });
    const [{ spent } = { spent: {} }] = await scene.sql.query<{ spent: Record<string, number> }>(
      'SELECT spent FROM removal_budget WHERE pipeline = $1',
      [scene.pipeline],
    );
    expect(Object.values(spent).sort()).toEqual([3, 7]);
  });

  it('wait while a set of them waits for a person', async () => {
    const { id } = await heldSet(scene.sql, scene.pipeline, 'too many');
    const [entry] = await claimed('held');
    if (!entry) throw new Error('nothing was claimed');
    await scene.settle([], [scene.verdict(entry, { kind: 'held', set: id })]);
    expect(await reserve(await claimed('a'))).toEqual({ kind: 'refused', reason: 'too many' });
  });
});

describe('a set', () => {
  it('that is still empty waits for what is under lease', async () => {
    const [entry] = await claimed('a');
    if (!entry) throw new Error('nothing was claimed');
    const { id } = await heldSet(scene.sql, scene.pipeline, 'too many');
    await expireHeld(scene.sql);
    await scene.settle([], [scene.verdict(entry, { kind: 'held', set: id })]);
    await expireHeld(scene.sql);
    expect(await listHeld(scene.sql)).toMatchObject([{ id, removals: 1 }]);
    expect((await scene.entry('a'))?.state).toBe('held');
  });

  it('that was decided on meanwhile keeps nothing: it is judged anew', async () => {
    const [entry] = await claimed('a');
    if (!entry) throw new Error('nothing was claimed');
    const { id } = await heldSet(scene.sql, scene.pipeline, 'too many');
    await scene.sql.query(`UPDATE held_removal SET state = 'released' WHERE id = $1`, [id]);
    await scene.settle([], [scene.verdict(entry, { kind: 'held', set: id })]);
    await expireHeld(scene.sql);
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', removal_set: null });
  });
});

describe('a grant', () => {
  const again = async (): Promise<boolean> => {
    const { entry } = await scene.claimOne();
    return entry.granted;
  };

  it('holds for as long as the removal is tried', async () => {
    const [entry] = await claimed('a');
    if (!entry) throw new Error('nothing was claimed');
    expect(entry.granted).toBe(false);
    await reserve([entry]);
    await scene.settle([], [scene.verdict(entry, { kind: 'retry', afterMs: 0, attempt: true })]);
    await scene.elapse('a');
    await scene.sql.query(`UPDATE queue_entry SET state = 'ready' WHERE pipeline = $1`, [scene.pipeline]);
    expect(await again()).toBe(true);
  });

  it('ends with news', async () => {
    const entries = await claimed('a');
    await reserve(entries);
    await scene.delta('a', 7);
    await scene.settle(
      [],
      entries.map((entry) => scene.verdict(entry, { kind: 'release' })),
    );
    expect(await again()).toBe(false);
  });

  it('is given to nobody who lost the lease', async () => {
    const entries = await claimed('a');
    await scene.elapse('a');
    await scene.sql.query(`UPDATE queue_entry SET state = 'ready', token = NULL WHERE pipeline = $1`, [scene.pipeline]);
    await scene.claim();
    await reserve(entries);
    expect((await scene.entry('a'))?.removal_grant).toBeNull();
  });
});
