import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import { dropFeed, releaseFeed, renewFeed, takeFeed } from './feed-lease.js';
import { giveBack } from './give-back.js';
import { hasCursor } from './has-cursor.js';
import { listEntries } from './list-entries.js';
import { isDrained, openCounts } from './open-counts.js';
import { renew } from './renew.js';
import { wake } from './wake.js';

let db: TestDatabase;
let scene: QueueScene;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  // What earlier tests left leased must not be woken by this one.
  await db.database.query('DELETE FROM queue_entry');
  scene = await QueueScene.open(db.database);
});

describe('waking', () => {
  it('makes what is due ready, and leaves the rest', async () => {
    await scene.enqueue(
      'delta',
      ['a', 'b', 'c', 'd'].map((key) => scene.change(key, 1)),
      { hold: 1 },
    );
    const { entries } = await scene.claim();
    const dispositions = [
      { kind: 'retry', afterMs: 60_000, attempt: true },
      { kind: 'park', afterMs: 60_000 },
      { kind: 'retry', afterMs: 60_000, attempt: true },
      { kind: 'dead' },
    ] as const;
    await scene.settle(
      [],
      entries.map((entry, at) => scene.verdict(entry, dispositions[at])),
    );
    expect(await wake(scene.sql)).toEqual({ due: 0, lost: 0, dead: 0 });
    await scene.elapse('a');
    await scene.elapse('b');
    expect(await wake(scene.sql)).toEqual({ due: 2, lost: 0, dead: 0 });
    expect(await openCounts(scene.sql, scene.pipeline)).toMatchObject({ ready: 2, waiting: 1, dead: 1, parked: 0 });
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', due_at: null, attempts: 1 });
  });

  it('takes as many as it may at once', async () => {
    await scene.enqueue(
      'delta',
      ['a', 'b', 'c'].map((key) => scene.change(key, 1)),
      { hold: 1 },
    );
    await scene.claim();
    for (const key of ['a', 'b', 'c']) await scene.elapse(key);
    expect(await wake(scene.sql, 2)).toMatchObject({ lost: 2 });
    expect(await wake(scene.sql, 2)).toMatchObject({ lost: 1 });
  });
});

describe('a lease that ran out (rule 20)', () => {
  const loseLease = async (): Promise<void> => {
    await scene.claim();
    await scene.elapse('a');
    await wake(scene.sql);
  };

  it('counts as a loss, not as an attempt, and dead-letters only what was lost alone twice', async () => {
    await scene.delta('a', 1);
    await loseLease();
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', attempts: 0, losses: 1, losses_alone: 0 });
    await loseLease();
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', attempts: 0, losses: 2, losses_alone: 1 });
    await loseLease();
    expect(await scene.entry('a')).toMatchObject({ state: 'dead', attempts: 0, losses: 3, losses_alone: 2, error_code: 'worker_lost' });
  });

  it('keeps a hundred neighbours of a poison item out of the dead letters', async () => {
    await scene.enqueue(
      'delta',
      Array.from({ length: 100 }, (_, n) => scene.change(`k${n}`, 1)),
      { hold: 1 },
    );
    // Whatever batch holds k42 dies with all of it; everything else is settled.
    for (let round = 0; round < 200; round += 1) {
      const { entries } = await scene.claim();
      if (entries.length === 0) break;
      if (entries.some((entry) => entry.key === 'k42')) {
        await scene.sql.query(`UPDATE queue_entry SET leased_until = now() - interval '1 s' WHERE pipeline = $1 AND state = 'leased'`, [
          scene.pipeline,
        ]);
        await wake(scene.sql);
      } else
        await scene.settle(
          [],
          entries.map((entry) => scene.verdict(entry)),
        );
    }
    const left = (await listEntries(scene.sql, { pipeline: scene.pipeline })).entries;
    expect(left.map(({ key, state }) => ({ key, state }))).toEqual([{ key: 'k42', state: 'dead' }]);
  });

  it('leaves a late settlement valid until somebody else has claimed the entry (rule 19)', async () => {
    await scene.enqueue('delta', [scene.change('a', 1), scene.change('b', 1)], { hold: 1 });
    const { entries } = await scene.claim();
    await scene.elapse('a');
    await scene.elapse('b');
    await wake(scene.sql);
    expect((await scene.claim(1)).entries[0]?.key).toBe('a');
    expect(
      await scene.settle(
        [],
        entries.map((entry) => scene.verdict(entry)),
      ),
    ).toEqual({ settled: ['b'], renewed: [], lost: ['a'] });
    expect((await scene.entry('a'))?.state).toBe('leased');
    expect(await scene.entry('b')).toBeUndefined();
  });

  it('does not lose the hold of news that came before the late settlement (rule 15)', async () => {
    await scene.delta('a', 1, 100);
    const { entry } = await scene.claimOne();
    await scene.elapse('a');
    await wake(scene.sql);
    await scene.delta('a', 2, 200);
    expect(await scene.settle([], [scene.verdict(entry)])).toMatchObject({ renewed: ['a'] });
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', hold: 200, next_hold: null });
  });

  it('a poison item that is revived by news runs alone from the start', async () => {
    await scene.delta('a', 1);
    for (let round = 0; round < 3; round += 1) await loseLease();
    await scene.delta('a', 2);
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', losses: 1, losses_alone: 0 });
  });
});

describe('renewing', () => {
  it('prolongs what is held and tells what is lost', async () => {
    await scene.enqueue('delta', [scene.change('a', 1), scene.change('b', 1), scene.change('c', 1)], { hold: 1 });
    const { entries } = await scene.claim();
    const [a, b, c] = entries;
    if (!a || !b || !c) throw new Error('three entries were enqueued');
    await scene.settle([], [scene.verdict(b)]);
    await scene.elapse('a');
    await scene.elapse('c');
    await wake(scene.sql);
    await scene.claim(1);
    const before = (await scene.entry('c'))?.token;
    expect(await renew(scene.sql, [a.token, b.token, c.token, -1], 90_000)).toEqual([]);
    expect((await scene.entry('c'))?.token).toBe(before);
    const again = await scene.claim();
    expect(
      await renew(
        scene.sql,
        again.entries.map((entry) => entry.token),
        90_000,
      ),
    ).toEqual(again.entries.map((entry) => entry.token));
    expect(((await scene.entry('c'))?.leased_until as Date).getTime() - Date.now()).toBeGreaterThan(60_000);
  });
});

it('gives back at shutdown: ready at once, nothing counted, the earliest hold kept', async () => {
  await scene.delta('a', 1, 100);
  const { entry } = await scene.claimOne();
  await scene.delta('a', 1, 50);
  expect(await giveBack(scene.sql, [entry.token, -1])).toBe(1);
  expect(await scene.entry('a')).toMatchObject({
    state: 'ready',
    token: null,
    leased_by: null,
    attempts: 0,
    losses: 0,
    hold: 50,
    next_hold: null,
  });
  expect(await giveBack(scene.sql, [entry.token])).toBe(0);
  expect(await scene.settle([], [scene.verdict(entry)])).toMatchObject({ lost: ['a'] });
});

describe('emptiness', () => {
  it('is counted: what is leased or waits is not drained, what is parked or dead is', async () => {
    expect(await isDrained(scene.sql, scene.pipeline)).toBe(true);
    await scene.delta('a', 1);
    expect(await isDrained(scene.sql, scene.pipeline)).toBe(false);
    const { entry } = await scene.claimOne();
    expect(await isDrained(scene.sql, scene.pipeline)).toBe(false);
    await scene.settle([], [scene.verdict(entry, { kind: 'retry', afterMs: 60_000, attempt: true })]);
    expect(await isDrained(scene.sql, scene.pipeline)).toBe(false);
    await scene.elapse('a');
    await wake(scene.sql);
    const again = await scene.claimOne();
    await scene.settle([], [scene.verdict(again.entry, { kind: 'park', afterMs: 60_000 })]);
    expect(await isDrained(scene.sql, scene.pipeline)).toBe(true);
    await scene.elapse('a');
    expect(await isDrained(scene.sql, scene.pipeline)).toBe(false);
    await wake(scene.sql);
    const last = await scene.claimOne();
    await scene.settle([], [scene.verdict(last.entry, { kind: 'dead' }, { error: { code: 'c', message: 'm', field: 'f' } })]);
    expect(await isDrained(scene.sql, scene.pipeline)).toBe(true);
    const [listed] = (await listEntries(scene.sql, { pipeline: scene.pipeline, states: ['dead'] })).entries;
    expect(listed).toMatchObject({ key: 'a', attempts: 2, errorCode: 'c', errorMessage: 'm', errorField: 'f' });
    expect((await listEntries(scene.sql, { key: 'a', states: ['ready'] })).entries).toEqual([]);
  });
});

describe('the lease of a feed', () => {
  it('belongs to one reader at a time, and passes on when it is given back or runs out', async () => {
    const feed = `feed of ${scene.pipeline}`;
    const first = await takeFeed(scene.sql, feed, 'one', 30_000);
    if (!first) throw new Error('nobody holds it');
    expect(await takeFeed(scene.sql, feed, 'two', 30_000)).toBeNull();
    expect(await renewFeed(scene.sql, feed, first.leaseToken, 30_000)).toBe(true);
    await releaseFeed(scene.sql, feed, first.leaseToken);
    expect(await renewFeed(scene.sql, feed, first.leaseToken, 30_000)).toBe(false);
    const second = await takeFeed(scene.sql, feed, 'two', 0);
    expect(second?.leaseToken).toBeGreaterThan(first.leaseToken);
    const third = await takeFeed(scene.sql, feed, 'three', 30_000);
    expect(third?.leaseToken).toBeGreaterThan(second?.leaseToken ?? 0);
    await releaseFeed(scene.sql, feed, second?.leaseToken ?? 0);
    await dropFeed(scene.sql, feed, second?.leaseToken ?? 0);
    expect(await takeFeed(scene.sql, feed, 'four', 30_000)).toBeNull();
    expect(await hasCursor(scene.sql, feed)).toBe(false);
    await dropFeed(scene.sql, feed, third?.leaseToken ?? 0);
    expect(await scene.sql.query('SELECT 1 FROM feed_cursor WHERE feed = $1', [feed])).toEqual([]);
  });
});
