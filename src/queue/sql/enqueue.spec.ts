import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import { takeFeed } from './feed-lease.js';

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

/** Opens an entry and brings it into this state, with a token where a lease stands or stood. */
async function entryIn(
  state: 'ready' | 'leased' | 'waiting' | 'parked' | 'dead' | 'absent',
  version: number | null = 1,
): Promise<{ revision: number }> {
  await scene.delta('a', version);
  if (state === 'ready') return { revision: Number((await scene.entry('a'))?.revision) };
  const { entry } = await scene.claimOne();
  const error = { code: 'some', message: 'some error', field: null };
  if (state === 'waiting') await scene.settle([], [scene.verdict(entry, { kind: 'retry', afterMs: 60_000, attempt: true }, { error })]);
  if (state === 'parked') await scene.settle([], [scene.verdict(entry, { kind: 'park', afterMs: 60_000 }, { error })]);
  if (state === 'dead' || state === 'absent') await scene.settle([], [scene.verdict(entry, { kind: state }, { error })]);
  expect((await scene.entry('a'))?.state).toBe(state);
  return entry;
}

describe('what is news (rule 2)', () => {
  it('a record never seen before', async () => {
    expect(await counts(scene.delta('a', 1))).toEqual({ enqueued: 1, coalesced: 0, filtered: 0 });
    expect(await scene.entry('a')).toMatchObject({
      state: 'ready',
      cause: 'delta',
      version: '1',
      version_order: 1,
      hold: 100,
      attempts: 0,
    });
  });

  it('another version, also one that is older', async () => {
    const first = await entryIn('leased', 5);
    expect(await counts(scene.delta('a', 6))).toEqual({ enqueued: 0, coalesced: 1, filtered: 0 });
    expect(Number((await scene.entry('a'))?.revision)).toBeGreaterThan(first.revision);
    expect(await counts(scene.delta('a', 5))).toEqual({ enqueued: 0, coalesced: 1, filtered: 0 });
  });

  it('never the same closed version again, whether its entry is open or settled', async () => {
    const { revision } = await entryIn('leased', 1);
    expect(await counts(scene.delta('a', 1))).toEqual({ enqueued: 0, coalesced: 0, filtered: 1 });
    const leased = await scene.entry('a');
    expect(leased).toMatchObject({ revision });
    await scene.settle([], [{ key: 'a', revision, token: Number(leased?.token), disposition: { kind: 'done' }, error: null, skipped: [] }]);
    expect(await counts(scene.delta('a', 1))).toEqual({ enqueued: 0, coalesced: 0, filtered: 1 });
    expect(await scene.entry('a')).toBeUndefined();
  });

  it('an open time once more, until it was seen closed', async () => {
    const sighting = (open: boolean) => counts(scene.enqueue('delta', [scene.change('a', 1, { open })], { hold: 1 }));
    expect(await sighting(true)).toMatchObject({ enqueued: 1 });
    expect(await sighting(true)).toMatchObject({ coalesced: 1 });
    expect(await sighting(false)).toMatchObject({ coalesced: 1 });
    expect(await sighting(false)).toMatchObject({ filtered: 1 });
    // A clock that went back a little does not open it again.
    expect(await sighting(true)).toMatchObject({ filtered: 1 });
  });

  it('always where there is no version', async () => {
    await scene.delta('a', null);
    expect(await counts(scene.delta('a', null))).toEqual({ enqueued: 0, coalesced: 1, filtered: 0 });
  });

  it('a version that only a sweep has listed so far', async () => {
    await scene.enqueue('full', [scene.change('a', 7)], { pass: 3, markOnly: true });
    expect(await scene.entry('a')).toBeUndefined();
    expect(await counts(scene.delta('a', 7))).toMatchObject({ enqueued: 1 });
  });

  it('whatever is seen of a record that a sweep believed gone', async () => {
    await scene.deliver('a', 'h');
    await scene.enqueue('full', [scene.change('a', 7)], { pass: 1 });
    const { entry } = await scene.claimOne();
    await scene.settle([], [scene.verdict(entry)]);
    await scene.enqueue('sweep', [scene.change('a', null, { kind: 'deleted' })], { pass: 2 });
    expect(await scene.entry('a')).toMatchObject({ cause: 'sweep', kind: 'deleted', proof: 2 });
    const { revision } = (await scene.entry('a')) ?? {};
    expect(await counts(scene.delta('a', 7))).toMatchObject({ coalesced: 1 });
    expect(await scene.entry('a')).toMatchObject({ proof: null, kind: 'updated', cause: 'delta' });
    expect(Number((await scene.entry('a'))?.revision)).toBeGreaterThan(Number(revision));
  });
});

describe('a change that touches nothing watched', () => {
  const unwatched = (version: number | null) =>
    counts(scene.enqueue('delta', [scene.change('a', version, { unwatched: true })], { hold: 100 }));
  const filtered = { enqueued: 0, coalesced: 0, filtered: 1 };

  it('opens no entry, and is remembered: seen again it is no news', async () => {
    await scene.deliver('a', 'hash');
    await scene.enqueue('delta', [scene.change('a', 1)]);
    const { entry } = await scene.claimOne();
    await scene.settle([], [scene.verdict(entry)]);
    expect(await unwatched(2)).toEqual(filtered);
    expect(await scene.entry('a')).toBeUndefined();
    expect(await counts(scene.delta('a', 2))).toEqual(filtered);
    expect(await counts(scene.delta('a', 3))).toMatchObject({ enqueued: 1 });
  });

  it('is queued where the record was never read: not seen before, or listed by a sweep alone', async () => {
    expect(await unwatched(1)).toMatchObject({ enqueued: 1 });
    await scene.enqueue('sweep', [scene.change('b', null)], { markOnly: true, pass: 1 });
    expect(await counts(scene.enqueue('delta', [scene.change('b', 1, { unwatched: true })]))).toMatchObject({ enqueued: 1 });
  });

  it.each(['ready', 'leased', 'waiting', 'parked', 'dead', 'absent'] as const)('is news to an entry that is %s', async (state) => {
    await entryIn(state);
    expect(await unwatched(2)).toMatchObject({ filtered: 0 });
  });
});

describe('coalescing', () => {
  it('keeps the first place in the queue, or takes the better one of a higher priority', async () => {
    await scene.enqueue('delta', [scene.change('a', 1, { priority: 10 })], { hold: 1 });
    const first = await scene.entry('a');
    await scene.enqueue('delta', [scene.change('a', 2, { priority: 0 })], { hold: 2 });
    expect(await scene.entry('a')).toMatchObject({ enqueued_at: first?.enqueued_at, claim_order: first?.claim_order, priority: 10 });
    await scene.enqueue('delta', [scene.change('a', 3, { priority: 20 })], { hold: 3 });
    const third = await scene.entry('a');
    expect(third).toMatchObject({ enqueued_at: first?.enqueued_at, priority: 20, hold: 1 });
    expect((first?.claim_order as Date).getTime() - (third?.claim_order as Date).getTime()).toBe(600_000);
  });

  it('collects the changed fields, and unknown ones win', async () => {
    await scene.enqueue('delta', [scene.change('a', 1, { changedFields: ['name', 'price'] })], { hold: 1 });
    await scene.enqueue('delta', [scene.change('a', 2, { changedFields: ['price', 'weight'] })], { hold: 1 });
    expect((await scene.entry('a'))?.changed_fields).toEqual(['name', 'price', 'weight']);
    await scene.enqueue('delta', [scene.change('a', 3)], { hold: 1 });
    expect((await scene.entry('a'))?.changed_fields).toEqual([]);
  });

  it.each([
    ['created', 'updated', 'created'],
    ['created', 'deleted', 'deleted'],
    ['deleted', 'updated', 'updated'],
    ['updated', 'created', 'created'],
  ] as const)('makes of %s and %s one %s', async (first, second, both) => {
    await scene.enqueue('delta', [scene.change('a', 1, { kind: first })], { hold: 1 });
    await scene.enqueue('delta', [scene.change('a', 2, { kind: second })], { hold: 1 });
    expect((await scene.entry('a'))?.kind).toBe(both);
  });

  it('announces the newest version it has seen, so that an older answer is recognized as stale', async () => {
    await scene.delta('a', 9);
    await scene.delta('a', 4);
    expect(await scene.entry('a')).toMatchObject({ version: '9', version_order: 9 });
  });

  it('folds what a page lists twice, the last one deciding', async () => {
    const page = [
      scene.change('a', 1, { changedFields: ['x'], priority: 5 }),
      scene.change('b', 1),
      scene.change('a', 2, { kind: 'deleted', changedFields: ['y'] }),
    ];
    expect(await counts(scene.enqueue('delta', page, { hold: 1 }))).toEqual({ enqueued: 2, coalesced: 1, filtered: 0 });
    expect(await scene.entry('a')).toMatchObject({ kind: 'deleted', version: '2', priority: 5, changed_fields: ['x', 'y'] });
  });

  it('goes by a revision that a removed and reopened entry never gets again (rule 1)', async () => {
    const { revision } = await entryIn('leased');
    const leased = await scene.entry('a');
    await scene.settle([], [{ key: 'a', revision, token: Number(leased?.token), disposition: { kind: 'done' }, error: null, skipped: [] }]);
    await scene.delta('a', 2);
    expect(Number((await scene.entry('a'))?.revision)).toBeGreaterThan(revision);
  });
});

describe('news meets an entry that is', () => {
  it('leased: the lease stays, the next round gets the hold', async () => {
    const { revision } = await entryIn('leased');
    await scene.delta('a', 2, 200);
    const row = await scene.entry('a');
    expect(row).toMatchObject({ state: 'leased', hold: 100, next_hold: 200, version: '2' });
    expect(row?.token).not.toBeNull();
    expect(Number(row?.revision)).toBeGreaterThan(revision);
  });

  it.each(['waiting', 'parked'] as const)('%s: ready at once, its failures forgotten', async (state) => {
    await entryIn(state);
    await scene.delta('a', 2, 200);
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', due_at: null, attempts: 0, hold: 100, error_code: null });
  });

  it.each(['dead', 'absent'] as const)('%s: opened again, with the time and the hold of the news (rule 17)', async (state) => {
    await entryIn(state);
    const before = await scene.entry('a');
    expect(await counts(scene.delta('a', 2, 200))).toEqual({ enqueued: 1, coalesced: 0, filtered: 0 });
    const after = await scene.entry('a');
    expect(after).toMatchObject({ state: 'ready', attempts: 0, hold: 200, error_code: null });
    expect((after?.enqueued_at as Date) > (before?.enqueued_at as Date)).toBe(true);
  });
});

describe('the same thing seen again', () => {
  it('does not revive a dead letter, from a delta or a full pass (rule 17)', async () => {
    await entryIn('dead');
    expect(await counts(scene.delta('a', 1))).toEqual({ enqueued: 0, coalesced: 0, filtered: 1 });
    expect(await counts(scene.enqueue('full', [scene.change('a', 1)], { pass: 1 }))).toEqual({ enqueued: 0, coalesced: 0, filtered: 1 });
    expect((await scene.entry('a'))?.state).toBe('dead');
  });

  it('opens what was absent: it was sighted (rule 10)', async () => {
    await entryIn('absent');
    expect(await counts(scene.delta('a', 1))).toMatchObject({ enqueued: 1 });
    expect((await scene.entry('a'))?.state).toBe('ready');
  });

  it('holds the last sync time, where only a full pass knew of it so far (rule 15)', async () => {
    await scene.enqueue('full', [scene.change('a', 1), scene.change('b', 1)], { pass: 1 });
    const { entry } = await scene.claimOne();
    expect(entry.key).toBe('a');
    expect(await scene.entry('a')).toMatchObject({ hold: null });
    await scene.enqueue('delta', [scene.change('a', 1), scene.change('b', 1)], { hold: 50 });
    expect(await scene.entry('a')).toMatchObject({ hold: null, next_hold: 50, revision: entry.revision });
    expect(await scene.entry('b')).toMatchObject({ hold: 50, next_hold: null });
  });
});

describe('without news', () => {
  it('a full pass opens an entry, leaves open ones as they are, and carries no hold', async () => {
    await scene.delta('b', 1);
    const before = await scene.entry('b');
    expect(await counts(scene.enqueue('full', [scene.change('a', 1), scene.change('b', 1)], { pass: 4 }))).toEqual({
      enqueued: 1,
      coalesced: 1,
      filtered: 0,
    });
    expect(await scene.entry('a')).toMatchObject({ cause: 'full', hold: null });
    expect(await scene.entry('b')).toEqual(before);
    const { entry } = await scene.claimOne();
    await scene.settle([], [scene.verdict(entry)]);
    expect(await counts(scene.enqueue('full', [scene.change(entry.key, 1)], { pass: 5 }))).toMatchObject({ enqueued: 1 });
  });

  it.each([
    ['full', 'leased', 'leased', false],
    ['full', 'waiting', 'waiting', false],
    ['full', 'parked', 'parked', false],
    ['reference', 'ready', 'ready', false],
    ['reference', 'leased', 'leased', true],
    ['reference', 'waiting', 'waiting', false],
    ['reference', 'parked', 'ready', false],
    ['reference', 'dead', 'ready', false],
    ['mapping', 'leased', 'leased', true],
    ['mapping', 'waiting', 'ready', false],
    ['mapping', 'parked', 'ready', false],
    ['mapping', 'dead', 'ready', false],
    ['manual', 'waiting', 'ready', false],
    ['manual', 'dead', 'ready', false],
    ['manual', 'absent', 'ready', false],
    ['sweep', 'waiting', 'waiting', false],
    ['sweep', 'absent', 'ready', false],
    ['sweep', 'dead', 'ready', false],
  ] as const)('%s on a %s entry makes it %s, revision raised: %s', async (cause, before, after, raised) => {
    const { revision } = await entryIn(before);
    await scene.enqueue(cause, [scene.change('a', cause === 'full' || cause === 'mapping' ? 1 : null)], { pass: 9 });
    const row = await scene.entry('a');
    expect(row?.state).toBe(after);
    expect(Number(row?.revision) > revision).toBe(raised);
    if (before === 'dead' || before === 'absent')
      expect(row).toMatchObject({ cause, hold: null, attempts: 0, proof: cause === 'sweep' ? 9 : null });
    if (after === 'waiting' || after === 'parked') expect(row?.due_at).not.toBeNull();
  });

  it('a mapping change also reaches an entry whose lost lease may still be settled', async () => {
    const { revision } = await entryIn('leased');
    await scene.sql.query(`UPDATE queue_entry SET state = 'ready', leased_until = NULL WHERE pipeline = $1`, [scene.pipeline]);
    await scene.enqueue('mapping', [scene.change('a', null)]);
    expect(Number((await scene.entry('a'))?.revision)).toBeGreaterThan(revision);
  });
});

describe('marks of a pass (rule 11)', () => {
  const mark = async (): Promise<unknown> =>
    (await scene.sql.query<{ pass: number }>('SELECT pass FROM sighting WHERE pipeline = $1', [scene.pipeline])).map((row) => row.pass);

  it('never go back to an older pass', async () => {
    await scene.enqueue('full', [scene.change('a', 1)], { pass: 5 });
    await scene.enqueue('full', [scene.change('a', 1)], { pass: 4, markOnly: true });
    await scene.enqueue('full', [scene.change('a', 1)], { pass: 3 });
    expect(await mark()).toEqual([5]);
    await scene.enqueue('full', [scene.change('a', 1)], { pass: 6, markOnly: true });
    expect(await mark()).toEqual([6]);
  });

  it('are made by a changed mapping that goes over every key, too (rule 16)', async () => {
    await scene.delta('a', 1);
    await scene.enqueue('mapping', [scene.change('a', 1), scene.change('b', 1)], { pass: 7 });
    expect(await mark()).toEqual([7, 7]);
    expect(await counts(scene.delta('b', 1))).toMatchObject({ filtered: 1 });
  });

  it('are not made by deltas and sweeps’ findings', async () => {
    await scene.delta('a', 1);
    await scene.enqueue('sweep', [scene.change('b', null, { kind: 'deleted' })], { pass: 8 });
    expect(await mark()).toEqual([null, null]);
  });
});

describe('with a cursor (rule 16)', () => {
  const feedRow = async (feed: string): Promise<unknown> =>
    (await scene.sql.query('SELECT cursor, moves, position FROM feed_cursor WHERE feed = $1', [feed]))[0];

  it('moves it in the statement that enqueues', async () => {
    const feed = `feed of ${scene.pipeline}`;
    const taken = await takeFeed(scene.sql, feed, 'me', 30_000);
    expect(taken).toMatchObject({ cursor: null, moves: 0, position: null });
    const move = { feed, expectedMoves: 0, leaseToken: taken?.leaseToken ?? 0, cursor: { at: 'b' }, position: 70, underWay: true };
    expect(await scene.enqueue('delta', [scene.change('a', 1)], { hold: null, move })).toMatchObject({ moved: true });
    expect(await feedRow(feed)).toEqual({ cursor: { at: 'b' }, moves: 1, position: 70 });
    // Before any window was closed, nothing is known to be complete.
    expect((await scene.entry('a'))?.hold).toBe(0);
    expect(await scene.enqueue('delta', [], { move: { ...move, expectedMoves: 1, cursor: { at: 'c' }, position: null } })).toMatchObject({
      moved: true,
    });
    expect(await feedRow(feed)).toEqual({ cursor: { at: 'c' }, moves: 2, position: 70 });
  });

  it.each([
    ['somebody else moved it', { expectedMoves: 1 }],
    ['somebody else took the feed over', { leaseToken: -1 }],
    ['the feed is gone', { feed: 'no such feed' }],
  ])('writes nothing at all when %s', async (_, wrong) => {
    const feed = `feed of ${scene.pipeline}`;
    const taken = await takeFeed(scene.sql, feed, 'me', 30_000);
    await scene.delta('open', 1, 90);
    const before = await scene.entry('open');
    const move = { feed, expectedMoves: 0, leaseToken: taken?.leaseToken ?? 0, cursor: 'next', position: 1, underWay: true, ...wrong };
    for (const markOnly of [false, true]) {
      const result = await scene.enqueue('delta', [scene.change('a', 1), scene.change('open', 2)], { hold: 1, pass: 3, markOnly, move });
      expect(result).toEqual({ moved: false, counts: new Map(), entries: [] });
    }
    expect(await scene.entry('a')).toBeUndefined();
    expect(await scene.entry('open')).toEqual(before);
    expect(await feedRow(feed)).toEqual({ cursor: null, moves: 0, position: null });
    expect(await scene.sql.query('SELECT 1 FROM sighting WHERE pipeline = $1 AND entity_key = $2', [scene.pipeline, 'a'])).toEqual([]);
  });
});

it('takes text PostgreSQL cannot hold without failing the page', async () => {
  const order = 1e300;
  const page = [
    scene.change('nul\u0000', 1),
    scene.change('half \ud83d', 1),
    { ...scene.change('b', 1), version: { id: 'x', order, closed: true } },
    scene.change('back\\u0000slash', 1),
  ];
  expect(await counts(scene.enqueue('delta', page, { hold: 1 }))).toEqual({ enqueued: 4, coalesced: 0, filtered: 0 });
  expect(await scene.entry('nul\ufffd')).toBeDefined();
  expect(await scene.entry('half \ufffd')).toBeDefined();
  expect(await scene.entry('back\\u0000slash')).toBeDefined();
  expect((await scene.entry('b'))?.version_order).toBeNull();
});
