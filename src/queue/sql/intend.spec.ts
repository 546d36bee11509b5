import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import type { ClaimedEntry } from '../entry.js';
import { nextReadNumber } from './next-read-number.js';

let db: TestDatabase;
let scene: QueueScene;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
});

/** Queues these keys and claims them, in this order. */
async function claimAll(...keys: string[]): Promise<{ entries: ClaimedEntry[]; readNumber: number }> {
  for (const key of keys) await scene.enqueue('manual', [scene.change(key, null)]);
  const { entries, readNumber } = await scene.claim();
  expect(entries.map((entry) => entry.key)).toEqual(keys);
  return { entries: [...entries], readNumber };
}

async function claimThis(key: string): Promise<{ entry: ClaimedEntry; readNumber: number }> {
  const { entries, readNumber } = await claimAll(key);
  const [entry] = entries;
  if (!entry) throw new Error('not claimed');
  return { entry, readNumber };
}

describe('marks in doubt before anything leaves (rule 3)', () => {
  it('creations too, with number, hash, owner and time', async () => {
    const { entry, readNumber } = await claimThis('a');
    const [result] = await scene.intend([scene.document(entry, readNumber, { hash: 'h1' })]);
    expect(result).toEqual({
      kind: 'send',
      documentKey: scene.documentKey('a'),
      sendNumber: expect.any(Number),
      targetId: null,
      named: false,
    });
    expect(await scene.mirror('a')).toMatchObject({
      in_doubt: true,
      hash: null,
      intended_hash: 'h1',
      state: 'live',
      entity_key: 'a',
      pipeline: scene.pipeline,
      mapping: 1,
      sent_at: expect.any(Date),
    });
  });

  it('keeps what was acknowledged last, and rises with every send', async () => {
    await scene.deliver('a', 'A');
    const before = await scene.mirror('a');
    const { entry, readNumber } = await claimThis('a');
    const sendNumber = await scene.send(scene.document(entry, readNumber, { hash: 'B' }));
    expect(sendNumber).toBeGreaterThan(Number(before?.send_number));
    expect(await scene.mirror('a')).toMatchObject({
      in_doubt: true,
      doubt_before: false,
      hash: 'A',
      document: { content: 'A' },
      intended_hash: 'B',
      send_number: sendNumber,
    });
  });

  it('remembers that an earlier send was never answered, and until when it may still arrive (rule 19)', async () => {
    const first = await claimThis('a');
    await scene.send(scene.document(first.entry, first.readNumber));
    const sent = (await scene.mirror('a'))?.sent_at as Date;
    await scene.settle([], [scene.verdict(first.entry, { kind: 'release' })]);
    const { entry, readNumber } = await scene.claimOne();
    await scene.send(scene.document(entry, readNumber));
    const row = await scene.mirror('a');
    expect(row).toMatchObject({ in_doubt: true, doubt_before: true });
    expect((row?.verify_at as Date).getTime() - sent.getTime()).toBe(600_000);
  });
});

describe('leaves out what must not go', () => {
  it('newer news, a moved token, a lease that ran out, an old mapping', async () => {
    const { entries, readNumber } = await claimAll('news', 'token', 'lease', 'fine');
    await scene.enqueue('manual', [scene.change('news', null)]);
    await scene.elapse('lease');
    const documents = entries.map((entry) =>
      scene.document(entry.key === 'token' ? { ...entry, token: entry.token - 1_000_000 } : entry, readNumber),
    );
    scene.mapping = 0;
    expect((await scene.intend(documents)).map((result) => result.kind)).toEqual(['superseded', 'superseded', 'superseded', 'superseded']);
    scene.mapping = 1;
    expect(new Map((await scene.intend(documents)).map((result) => [result.documentKey, result.kind]))).toEqual(
      new Map([
        [scene.documentKey('news'), 'superseded'],
        [scene.documentKey('token'), 'superseded'],
        [scene.documentKey('lease'), 'superseded'],
        [scene.documentKey('fine'), 'send'],
      ]),
    );
    for (const key of ['news', 'token', 'lease']) expect(await scene.mirror(key)).toBeUndefined();
  });

  it('what was read before something else of it was sent', async () => {
    const early = await nextReadNumber(scene.sql);
    await scene.deliver('a', 'A');
    const { entry, readNumber } = await claimThis('a');
    expect(await scene.intend([scene.document(entry, early, { hash: 'old' })])).toEqual([
      { kind: 'stale', documentKey: scene.documentKey('a') },
    ]);
    expect(await scene.mirror('a')).toMatchObject({ in_doubt: false, hash: 'A' });
    expect(await scene.intend([scene.document(entry, readNumber, { hash: 'new' })])).toMatchObject([{ kind: 'send' }]);
  });

  it('all documents of an entity where one must not go', async () => {
    const early = await nextReadNumber(scene.sql);
    const { entries, readNumber } = await claimAll('a', 'b');
    const [a, b] = entries;
    if (!a || !b) throw new Error('two were claimed');
    await scene.send(scene.document(a, readNumber, { store: 'de' }));
    const results = await scene.intend([
      scene.document(a, readNumber),
      scene.document(a, early, { store: 'de' }),
      scene.document(b, early),
    ]);
    expect(results.map(({ documentKey, kind }) => [documentKey, kind])).toEqual([
      [scene.documentKey('a'), 'stale'],
      [scene.documentKey('b'), 'send'],
      [scene.documentKey('a', 'de'), 'stale'],
    ]);
    expect(await scene.mirror('a')).toBeUndefined();
  });
});

describe('one address, one owner (rule 9)', () => {
  const contested = (key: string) => ({ kind: 'owned', owner: { pipeline: scene.pipeline, key } });

  it('is taken with the first send, and refused to everybody else, by name', async () => {
    await scene.deliver('one', 'h', { address: 'sku', targetId: '11' });
    const { entry, readNumber } = await claimThis('two');
    expect(
      await scene.intend([scene.document(entry, readNumber, { address: 'sku' }), scene.document(entry, readNumber, { store: 'de' })]),
    ).toMatchObject([contested('one'), contested('one')]);
    expect(await scene.mirror('two')).toBeUndefined();
    expect((await scene.address('sku'))?.entity_key).toBe('one');
  });

  it('is refused across pipelines of one connection', async () => {
    await scene.deliver('one', 'h', { address: 'sku', targetId: '11' });
    const other = await QueueScene.open(db.database, scene.connection);
    await other.enqueue('manual', [other.change('model', null)]);
    const { entry, readNumber } = await other.claimOne();
    expect(await other.intend([other.document(entry, readNumber, { address: 'sku' })])).toMatchObject([contested('one')]);
  });

  it('goes to exactly one of two that want it in one batch', async () => {
    const { entries, readNumber } = await claimAll('two', 'one');
    const results = await scene.intend(entries.map((entry) => scene.document(entry, readNumber, { address: 'sku' })));
    expect(results).toMatchObject([{ kind: 'send', documentKey: scene.documentKey('one') }, contested('one')]);
    expect(await scene.mirror('two')).toBeUndefined();
  });

  it('passes from an owner that was seen not to want it: its id goes along, and the owner is in doubt', async () => {
    await scene.deliver('one', 'h', { address: 'sku', targetId: '11' });
    const before = await scene.mirror('one');
    const { entry, readNumber } = await claimThis('two');
    const takeFrom = { pipeline: scene.pipeline, key: 'one' };
    expect(await scene.intend([scene.document(entry, readNumber, { address: 'sku', takeFrom })])).toMatchObject([
      { kind: 'send', targetId: '11' },
    ]);
    expect(await scene.address('sku')).toMatchObject({ entity_key: 'two', target_id: '11' });
    expect(await scene.mirror('one')).toMatchObject({ in_doubt: true, doubt_before: true, hash: 'h' });
    expect(Number((await scene.mirror('one'))?.send_number)).toBeGreaterThan(Number(before?.send_number));
    expect(await scene.targetId('one')).toBeUndefined();
  });

  it('does not pass from another than the one that was looked at', async () => {
    await scene.deliver('one', 'h', { address: 'sku' });
    const { entry, readNumber } = await claimThis('two');
    const takeFrom = { pipeline: scene.pipeline, key: 'three' };
    expect(await scene.intend([scene.document(entry, readNumber, { address: 'sku', takeFrom })])).toMatchObject([contested('one')]);
  });

  it('does not pass while somebody else has its owner under lease', async () => {
    await scene.deliver('one', 'h', { address: 'sku' });
    await scene.enqueue('manual', [scene.change('one', null)]);
    await scene.claimOne({ worker: 'another' });
    const { entry, readNumber } = await claimThis('two');
    const takeFrom = { pipeline: scene.pipeline, key: 'one' };
    expect(await scene.intend([scene.document(entry, readNumber, { address: 'sku', takeFrom })])).toMatchObject([contested('one')]);
  });

  it('is free where its owner neither stands in the shop nor has anything open', async () => {
    const { entry, readNumber } = await claimThis('one');
    const document = scene.document(entry, readNumber, { address: 'sku' });
    const sendNumber = await scene.send(document);
    const second = await claimThis('two');
    const wanted = scene.document(second.entry, second.readNumber, { address: 'sku' });
    expect(await scene.intend([wanted])).toMatchObject([contested('one')]);
    await scene.settle([scene.answer(document, sendNumber, { result: 'rejected' })], [scene.verdict(entry, { kind: 'dead' })]);
    expect(await scene.intend([wanted])).toMatchObject([{ kind: 'send' }]);
  });

  it('is not free while its owner has an entry open, though the shop has nothing of it yet', async () => {
    const { entry, readNumber } = await claimThis('one');
    const document = scene.document(entry, readNumber, { address: 'sku' });
    const sendNumber = await scene.send(document);
    await scene.settle(
      [scene.answer(document, sendNumber, { result: 'not-applied' })],
      [scene.verdict(entry, { kind: 'retry', afterMs: 60_000, attempt: true })],
    );
    const second = await claimThis('two');
    expect(await scene.intend([scene.document(second.entry, second.readNumber, { address: 'sku' })])).toMatchObject([contested('one')]);
  });

  it('lets two swap in one batch: each goes on with what stands under its new address', async () => {
    await scene.deliver('one', '1', { address: 'x', targetId: '11' });
    await scene.deliver('two', '2', { address: 'y', targetId: '22' });
    const { entries, readNumber } = await claimAll('one', 'two');
    const [one, two] = entries;
    if (!one || !two) throw new Error('two were claimed');
    const give = (key: string) => ({ pipeline: scene.pipeline, key });
    const documents = [
      scene.document(one, readNumber, { address: 'y', takeFrom: give('two') }),
      scene.document(two, readNumber, { address: 'x', takeFrom: give('one') }),
    ];
    const results = await scene.intend(documents);
    expect(results).toMatchObject([
      { kind: 'send', targetId: '22' },
      { kind: 'send', targetId: '11' },
    ]);
    const answers = results.map((result, at) =>
      scene.answer(documents[at] ?? documents[0]!, result.kind === 'send' ? result.sendNumber : 0, {
        targetId: result.kind === 'send' ? result.targetId : null,
      }),
    );
    expect(await scene.settle(answers, [scene.verdict(one), scene.verdict(two)])).toMatchObject({ settled: ['one', 'two'] });
    expect([await scene.targetId('one'), await scene.targetId('two')]).toEqual(['22', '11']);
    expect([(await scene.address('x'))?.entity_key, (await scene.address('y'))?.entity_key]).toEqual(['two', 'one']);
    expect([(await scene.mirror('one'))?.in_doubt, (await scene.mirror('two'))?.in_doubt]).toEqual([false, false]);
  });

  it('keeps the old address of a renamed entity until the new one is acknowledged', async () => {
    await scene.deliver('one', '1', { address: 'old', targetId: '11' });
    const { entry, readNumber } = await claimThis('one');
    const document = scene.document(entry, readNumber, { address: 'new' });
    const [result] = await scene.intend([document]);
    expect(result).toMatchObject({ kind: 'send', targetId: '11' });
    expect((await scene.address('old'))?.entity_key).toBe('one');
    await scene.settle(
      [scene.answer(document, Number(result && 'sendNumber' in result && result.sendNumber), { targetId: '11' })],
      [scene.verdict(entry)],
    );
    expect(await scene.address('old')).toBeUndefined();
    expect(await scene.address('new')).toMatchObject({ entity_key: 'one', target_id: '11' });
  });

  it('keeps a document key for the entity it belongs to', async () => {
    await scene.deliver('one', '1');
    const other = await QueueScene.open(db.database, scene.connection);
    await other.enqueue('manual', [other.change('one', null)]);
    const { entry, readNumber } = await other.claimOne();
    expect(await other.intend([other.document(entry, readNumber)])).toMatchObject([contested('one')]);
  });
});

describe('a take-down', () => {
  const takeDown = async (key: string) => {
    const { entry, readNumber } = await claimThis(key);
    return { entry, results: await scene.intend([scene.document(entry, readNumber, { state: 'gone', hash: 'gone' })]) };
  };

  it('goes for what is its own, also when it is in doubt (rule 4)', async () => {
    await scene.deliver('one', '1', { address: 'sku', targetId: '11' });
    expect((await takeDown('one')).results).toMatchObject([{ kind: 'send', targetId: '11' }]);
    await scene.elapse('one');
    await scene.sql.query(`UPDATE queue_entry SET state = 'ready' WHERE pipeline = $1`, [scene.pipeline]);
    expect((await takeDown('one')).results).toMatchObject([{ kind: 'send', targetId: '11' }]);
  });

  it('that comes late finds nothing of its own where another entity has the address now (rule 9)', async () => {
    await scene.deliver('one', '1', { address: 'sku', targetId: '11' });
    const second = await claimThis('two');
    const document = scene.document(second.entry, second.readNumber, {
      address: 'sku',
      takeFrom: { pipeline: scene.pipeline, key: 'one' },
    });
    const sendNumber = await scene.send(document);
    await scene.settle([scene.answer(document, sendNumber, { targetId: '11' })], [scene.verdict(second.entry)]);
    const { results } = await takeDown('one');
    expect(results).toMatchObject([{ kind: 'owned', owner: { key: 'two' } }]);
    expect(await scene.mirror('one')).toMatchObject({ state: 'gone', taken_down: 'superseded', in_doubt: false, hash: null });
    expect(await scene.mirror('two')).toMatchObject({ state: 'live', in_doubt: false });
    expect(await scene.targetId('two')).toBe('11');
  });

  it('in one batch with the new owner’s write gives way to it', async () => {
    await scene.deliver('one', '1', { address: 'sku', targetId: '11' });
    const { entries, readNumber } = await claimAll('one', 'two');
    const [one, two] = entries;
    if (!one || !two) throw new Error('two were claimed');
    const documents = [
      scene.document(one, readNumber, { state: 'gone', hash: 'gone' }),
      scene.document(two, readNumber, { address: 'sku', takeFrom: { pipeline: scene.pipeline, key: 'one' } }),
    ];
    expect(await scene.intend(documents)).toMatchObject([
      { kind: 'owned', owner: { key: 'two' } },
      { kind: 'send', targetId: '11' },
    ]);
    expect(await scene.mirror('one')).toMatchObject({ state: 'gone', taken_down: 'superseded', in_doubt: false });
  });
});
