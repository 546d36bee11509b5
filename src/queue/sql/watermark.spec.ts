import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import { watermark } from './watermark.js';

let db: TestDatabase;
let scene: QueueScene;
let feed: string;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
  feed = `feed of ${scene.pipeline}`;
  await scene.sql.query('INSERT INTO feed_cursor (feed, position) VALUES ($1, 1000)', [feed]);
});

const lastSync = async (): Promise<number | null> => (await watermark(scene.sql, scene.pipeline, feed)).lastSync;
const closedUpTo = (position: number | null) => scene.sql.query('UPDATE feed_cursor SET position = $2 WHERE feed = $1', [feed, position]);

it('is the feed’s closed position where nothing is open', async () => {
  expect(await lastSync()).toBe(1_000);
});

it('is unknown before the first window was closed, whatever is open or settled', async () => {
  await closedUpTo(null);
  await scene.enqueue('delta', [scene.change('a', 1)], { hold: null });
  expect(await lastSync()).toBeNull();
  await closedUpTo(500);
  expect(await lastSync()).toBeNull();
  const { entry } = await scene.claimOne();
  await scene.settle([], [scene.verdict(entry)]);
  expect(await lastSync()).toBe(500);
});

describe('is held by an entry of a delta (rule 15)', () => {
  it.each([
    ['ready', null],
    ['leased', undefined],
    ['waiting', { kind: 'retry', afterMs: 60_000, attempt: true }],
    ['parked', { kind: 'park', afterMs: 60_000 }],
  ] as const)('that is %s', async (_, disposition) => {
    await scene.delta('a', 1, 300);
    await scene.delta('b', 1, 400);
    if (disposition !== null) {
      const { entry } = await scene.claimOne();
      if (disposition) await scene.settle([], [scene.verdict(entry, disposition)]);
    }
    expect(await lastSync()).toBe(300);
  });

  it('whose revision moved while it was delivered: by the hold of the news', async () => {
    await scene.delta('a', 1, 300);
    const { entry } = await scene.claimOne();
    await scene.delta('a', 2, 600);
    await scene.delta('a', 3, 700);
    expect(await lastSync()).toBe(300);
    await scene.settle([], [scene.verdict(entry)]);
    expect(await lastSync()).toBe(600);
  });

  it('whose revision moved while it was not delivered: by the earlier hold', async () => {
    await scene.delta('a', 1, 300);
    const { entry } = await scene.claimOne();
    await scene.delta('a', 2, 600);
    await scene.settle([], [scene.verdict(entry, { kind: 'retry', afterMs: 1, attempt: true })]);
    expect(await lastSync()).toBe(300);
  });

  it('of which a delta finds, while it is delivered, what a full pass queued a moment before', async () => {
    await scene.delta('a', 1, 300);
    const { entry } = await scene.claimOne();
    // The worker has read version 1 by now.
    await scene.enqueue('full', [scene.change('a', 2)], { pass: 1 });
    await scene.delta('a', 2, 600);
    await scene.settle([], [scene.verdict(entry)]);
    expect(await lastSync()).toBe(600);
  });

  it('that only a full pass had queued before, and had under lease', async () => {
    await scene.enqueue('full', [scene.change('a', 1)], { pass: 1 });
    await scene.claim();
    await scene.delta('a', 1, 300);
    expect(await lastSync()).toBe(300);
  });
});

it('is not held by what a full pass, a person or a mapping change queued', async () => {
  await scene.enqueue('full', [scene.change('a', 1)], { pass: 1 });
  await scene.enqueue('manual', [scene.change('b', null)]);
  await scene.enqueue('mapping', [scene.change('c', null)]);
  expect(await lastSync()).toBe(1_000);
});

it('passes what is dead, absent or held, and shows it beside', async () => {
  await scene.enqueue(
    'delta',
    ['a', 'b', 'c', 'd'].map((key) => scene.change(key, 1)),
    { hold: 300 },
  );
  const { entries } = await scene.claim();
  const ends = [{ kind: 'dead' }, { kind: 'absent' }, { kind: 'park', afterMs: 60_000 }, { kind: 'held', set: 1 }] as const;
  await scene.settle(
    [],
    entries.map((entry, at) => scene.verdict(entry, ends[at])),
  );
  expect(await watermark(scene.sql, scene.pipeline, feed)).toEqual({ lastSync: 300, dead: 1, absent: 1, held: 1, parked: 1 });
  await scene.sql.query(`DELETE FROM queue_entry WHERE pipeline = $1 AND state = 'parked'`, [scene.pipeline]);
  expect(await lastSync()).toBe(1_000);
});

it('never goes back', async () => {
  expect(await lastSync()).toBe(1_000);
  await closedUpTo(400);
  expect(await lastSync()).toBe(1_000);
  expect(await scene.sql.query('SELECT last_sync FROM pipeline_state WHERE pipeline = $1', [scene.pipeline])).toEqual([
    { last_sync: 1_000 },
  ]);
});
