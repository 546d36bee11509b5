import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import type { ClaimedEntry, IntendedDocument, SettledEntry } from '../entry.js';

let db: TestDatabase;
let scene: QueueScene;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
});

interface Sent {
  readonly entry: ClaimedEntry;
  readonly document: IntendedDocument;
  readonly sendNumber: number;
}

/** Claims the only ready entry and states its intent. */
async function ship(more: Partial<IntendedDocument> = {}): Promise<Sent> {
  const { entry, readNumber } = await scene.claimOne();
  const document = scene.document(entry, readNumber, more);
  return { entry, document, sendNumber: await scene.send(document) };
}

async function shipNew(key: string, more: Partial<IntendedDocument> = {}): Promise<Sent> {
  await scene.enqueue('manual', [scene.change(key, null)]);
  return ship(more);
}

const later = { kind: 'retry', afterMs: 0, attempt: false } as const;
const ready = () =>
  scene.sql.query(`UPDATE queue_entry SET state = 'ready', due_at = NULL WHERE pipeline = $1 AND state <> 'leased'`, [scene.pipeline]);

describe('what the mirror learns (first fence: document key and send number)', () => {
  it('acknowledged: the image, the id and the time; the doubt ends', async () => {
    const { entry, document, sendNumber } = await shipNew('a', { hash: 'h', address: 'sku' });
    const result = await scene.settle(
      [scene.answer(document, sendNumber, { refDigest: 'r', targetId: '7', text: '{"name":"A"}' })],
      [scene.verdict(entry)],
    );
    expect(result).toEqual({ settled: ['a'], renewed: [], lost: [] });
    expect(await scene.entry('a')).toBeUndefined();
    expect(await scene.mirror('a')).toMatchObject({
      ...{ state: 'live', in_doubt: false, hash: 'h', ref_digest: 'r', document: { name: 'A' }, intended_hash: null },
      acknowledged_at: expect.any(Date),
    });
    expect(await scene.targetId('a')).toBe('7');
    expect(await scene.address('sku')).toMatchObject({ target_id: '7' });
  });

  it('acknowledged under newer news: the mirror is written all the same, the entry is due at once (rule 5)', async () => {
    await scene.delta('a', 1, 100);
    const { entry, document, sendNumber } = await ship({ hash: 'h1' });
    await scene.sql.query('UPDATE queue_entry SET attempts = 3, losses = 1 WHERE pipeline = $1', [scene.pipeline]);
    await scene.delta('a', 2, 200);
    expect(await scene.settle([scene.answer(document, sendNumber)], [scene.verdict(entry)])).toEqual({
      settled: [],
      renewed: ['a'],
      lost: [],
    });
    expect(await scene.mirror('a')).toMatchObject({ in_doubt: false, hash: 'h1' });
    expect(await scene.entry('a')).toMatchObject({
      state: 'ready',
      attempts: 0,
      losses: 0,
      token: null,
      leased_by: null,
      hold: 200,
      next_hold: null,
    });
  });

  it('acknowledged after the token moved: the mirror is written, the entry is left to its new holder', async () => {
    const { entry, document, sendNumber } = await shipNew('a', { hash: 'h1' });
    await scene.elapse('a');
    await ready();
    await scene.sql.query(`UPDATE queue_entry SET state = 'ready' WHERE pipeline = $1`, [scene.pipeline]);
    const second = await scene.claimOne();
    expect(await scene.settle([scene.answer(document, sendNumber)], [scene.verdict(entry)])).toEqual({
      settled: [],
      renewed: [],
      lost: ['a'],
    });
    expect(await scene.mirror('a')).toMatchObject({ in_doubt: false, hash: 'h1' });
    expect(await scene.entry('a')).toMatchObject({ state: 'leased', token: second.entry.token });
  });

  it('answered after a later send was made: nothing, but the row is looked at again (rules 4, 19)', async () => {
    const first = await shipNew('a', { hash: 'old' });
    await scene.settle([], [scene.verdict(first.entry, later)]);
    await ready();
    const second = await ship({ hash: 'new' });
    await scene.settle([scene.answer(first.document, first.sendNumber)], []);
    expect(await scene.mirror('a')).toMatchObject({ in_doubt: true, hash: null, intended_hash: 'new' });
    await scene.settle([scene.answer(second.document, second.sendNumber)], [scene.verdict(second.entry)]);
    const row = await scene.mirror('a');
    expect(row).toMatchObject({ in_doubt: false, hash: 'new' });
    expect((row?.verify_at as Date).getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  it('acknowledged, but put in doubt under a new number meanwhile: the entry goes round once more', async () => {
    const { entry, document, sendNumber } = await shipNew('a', { hash: 'h' });
    await scene.sql.query('UPDATE mirror_document SET send_number = send_number + 1 WHERE connection = $1', [scene.connection]);
    expect(await scene.settle([scene.answer(document, sendNumber)], [scene.verdict(entry)])).toMatchObject({ renewed: ['a'] });
    expect(await scene.mirror('a')).toMatchObject({ in_doubt: true });
  });

  it('unknown: it stays in doubt', async () => {
    await scene.deliver('a', 'A');
    const { entry, document, sendNumber } = await shipNew('a', { hash: 'B' });
    await scene.settle([scene.answer(document, sendNumber, { result: 'unknown' })], [scene.verdict(entry, later)]);
    expect(await scene.mirror('a')).toMatchObject({ in_doubt: true, hash: 'A', intended_hash: 'B' });
  });

  it('not applied: what was acknowledged before still stands', async () => {
    await scene.deliver('a', 'A');
    const { entry, document, sendNumber } = await shipNew('a', { hash: 'B' });
    await scene.settle([scene.answer(document, sendNumber, { result: 'not-applied' })], [scene.verdict(entry, later)]);
    expect(await scene.mirror('a')).toMatchObject({
      in_doubt: false,
      hash: 'A',
      document: { content: 'A' },
      intended_hash: null,
      rejected_hash: null,
    });
  });

  it('not applied, and nothing ever was: the row goes', async () => {
    const { entry, document, sendNumber } = await shipNew('a');
    await scene.settle([scene.answer(document, sendNumber, { result: 'not-applied' })], [scene.verdict(entry, later)]);
    expect(await scene.mirror('a')).toBeUndefined();
  });

  it.each(['not-applied', 'rejected'] as const)(
    '%s, while an earlier send was never answered: it stays in doubt (rule 4)',
    async (result) => {
      await scene.deliver('a', 'A');
      const first = await shipNew('a', { hash: 'B' });
      await scene.settle([scene.answer(first.document, first.sendNumber, { result: 'unknown' })], [scene.verdict(first.entry, later)]);
      await ready();
      const second = await ship({ hash: 'B' });
      await scene.settle([scene.answer(second.document, second.sendNumber, { result })], [scene.verdict(second.entry, later)]);
      expect(await scene.mirror('a')).toMatchObject({ in_doubt: true, hash: 'A' });
      await ready();
      const third = await ship({ hash: 'A' });
      await scene.settle([scene.answer(third.document, third.sendNumber)], [scene.verdict(third.entry)]);
      expect(await scene.mirror('a')).toMatchObject({ in_doubt: false, doubt_before: false, hash: 'A' });
    },
  );

  it('a creation that was not applied, while an earlier one was never answered, stays in doubt too', async () => {
    const first = await shipNew('a');
    await scene.settle([], [scene.verdict(first.entry, later)]);
    await ready();
    const second = await ship();
    await scene.settle([scene.answer(second.document, second.sendNumber, { result: 'not-applied' })], [scene.verdict(second.entry, later)]);
    expect(await scene.mirror('a')).toMatchObject({ in_doubt: true, hash: null });
  });

  it('rejected: what was refused is remembered, with the references it had (rule 17)', async () => {
    await scene.deliver('a', 'A');
    const { entry, document, sendNumber } = await shipNew('a', { hash: 'B' });
    await scene.settle(
      [scene.answer(document, sendNumber, { result: 'rejected', refDigest: 'r' })],
      [scene.verdict(entry, { kind: 'dead' })],
    );
    expect(await scene.mirror('a')).toMatchObject({ in_doubt: false, state: 'live', hash: 'A', rejected_hash: 'B:r' });
    const again = await shipNew('a', { hash: 'C' });
    await scene.settle([scene.answer(again.document, again.sendNumber)], [scene.verdict(again.entry)]);
    expect(await scene.mirror('a')).toMatchObject({ hash: 'C', rejected_hash: null });
  });

  it('a rejected creation leaves a row that stands for nothing in the shop', async () => {
    const { entry, document, sendNumber } = await shipNew('a', { hash: 'B' });
    await scene.settle([scene.answer(document, sendNumber, { result: 'rejected' })], [scene.verdict(entry, { kind: 'dead' })]);
    expect(await scene.mirror('a')).toMatchObject({ in_doubt: false, state: 'gone', hash: null, rejected_hash: 'B:' });
  });

  it('an answer that comes twice changes nothing the second time', async () => {
    const { entry, document, sendNumber } = await shipNew('a', { hash: 'h' });
    await scene.settle([scene.answer(document, sendNumber)], [scene.verdict(entry)]);
    const before = await scene.mirror('a');
    await scene.settle([scene.answer(document, sendNumber, { result: 'not-applied' })], [scene.verdict(entry)]);
    expect(await scene.mirror('a')).toEqual(before);
  });
});

describe('taken down', () => {
  it.each(['disable', 'archive'] as const)(
    'by %s: the mirror holds that image, the shop still has the entity (rule 6)',
    async (takenDown) => {
      await scene.deliver('a', 'A', { address: 'sku', targetId: '7' });
      const { entry, document, sendNumber } = await shipNew('a', { state: 'gone', hash: 'off' });
      await scene.settle([scene.answer(document, sendNumber, { takenDown, text: '{"status":2}' })], [scene.verdict(entry)]);
      expect(await scene.mirror('a')).toMatchObject({
        state: 'gone',
        taken_down: takenDown,
        hash: 'off',
        document: { status: 2 },
        in_doubt: false,
      });
      expect(await scene.targetId('a')).toBe('7');
      expect(await scene.address('sku')).toMatchObject({ entity_key: 'a', target_id: '7' });
    },
  );

  it('by delete: id and address go with the last document of the entity', async () => {
    await scene.enqueue('manual', [scene.change('a', null)]);
    const { entry, readNumber } = await scene.claimOne();
    const documents = [scene.document(entry, readNumber, { address: 'sku' }), scene.document(entry, readNumber, { store: 'de' })];
    const sends = await scene.intend(documents);
    const numberOf = (key: string): number =>
      sends.flatMap((send) => (send.kind === 'send' && send.documentKey === key ? [send.sendNumber] : []))[0] ?? 0;
    await scene.settle(
      documents.map((document) => scene.answer(document, numberOf(document.documentKey), { targetId: '7' })),
      [scene.verdict(entry)],
    );
    const one = await shipNew('a', { state: 'gone', store: 'de' });
    await scene.settle([scene.answer(one.document, one.sendNumber, { takenDown: 'delete' })], [scene.verdict(one.entry)]);
    expect(await scene.targetId('a')).toBe('7');
    const two = await shipNew('a', { state: 'gone' });
    await scene.settle([scene.answer(two.document, two.sendNumber, { takenDown: 'delete' })], [scene.verdict(two.entry)]);
    expect(await scene.targetId('a')).toBeUndefined();
    expect(await scene.address('sku')).toBeUndefined();
    expect(await scene.mirror('a')).toMatchObject({ state: 'gone', taken_down: 'delete', hash: null, document: null });
  });

  it('by delete in doubt keeps everything until it is answered', async () => {
    await scene.deliver('a', 'A', { address: 'sku', targetId: '7' });
    const { entry, document, sendNumber } = await shipNew('a', { state: 'gone' });
    await scene.settle([scene.answer(document, sendNumber, { takenDown: 'delete', result: 'unknown' })], [scene.verdict(entry, later)]);
    expect(await scene.targetId('a')).toBe('7');
    expect(await scene.mirror('a')).toMatchObject({ state: 'live', in_doubt: true, hash: 'A' });
  });
});

describe('what is known by its address and id already', () => {
  const again = async (hash: string, address: string) => {
    await scene.enqueue('manual', [scene.change('a', null)]);
    const { entry, readNumber } = await scene.claimOne();
    const document = scene.document(entry, readNumber, { hash, address });
    const [send] = await scene.intend([document]);
    if (send?.kind !== 'send') throw new Error(`the intent said ${JSON.stringify(send)}`);
    return { entry, document, send };
  };
  const written = async () =>
    (await scene.sql.query<{ ctid: string }>('SELECT ctid FROM address UNION ALL SELECT ctid FROM identity')).map(({ ctid }) => ctid);

  it('is not written again', async () => {
    await scene.deliver('a', 'A', { address: 'sku', targetId: '7' });
    const before = await written();
    const { entry, document, send } = await again('B', 'sku');
    expect(send).toMatchObject({ targetId: '7', named: true });
    await scene.settle([scene.answer(document, send.sendNumber, { targetId: '7', named: true })], [scene.verdict(entry)]);
    expect(await written()).toEqual(before);
    expect(await scene.mirror('a')).toMatchObject({ hash: 'B', in_doubt: false });
  });

  it('is not known before the shop said its id, nor while it is doubted', async () => {
    await scene.deliver('a', 'A', { address: 'sku' });
    const { entry, document, send } = await again('B', 'sku');
    expect(send).toMatchObject({ targetId: null, named: false });
    await scene.settle([scene.answer(document, send.sendNumber, { targetId: '7', result: 'unknown' })], [scene.verdict(entry, later)]);
    await ready();
    expect((await again('C', 'sku')).send).toMatchObject({ named: false });
  });

  it('and was on its way to another address gives that one up when it comes back', async () => {
    await scene.deliver('a', 'A', { address: 'sku', targetId: '7' });
    const lost = await again('B', 'renamed');
    expect(lost.send).toMatchObject({ targetId: '7', named: false });
    await scene.settle([scene.answer(lost.document, lost.send.sendNumber, { result: 'unknown' })], [scene.verdict(lost.entry, later)]);
    await ready();
    const { entry, document, send } = await again('A', 'sku');
    expect(send).toMatchObject({ named: false });
    await scene.settle([scene.answer(document, send.sendNumber, { targetId: '7' })], [scene.verdict(entry)]);
    expect(await scene.address('renamed')).toBeUndefined();
    expect(await scene.address('sku')).toMatchObject({ entity_key: 'a', target_id: '7' });
  });
});

describe('an id the shop gave to one entity', () => {
  it('is no longer another’s: that one is in doubt (rule 9)', async () => {
    await scene.deliver('one', '1', { address: 'x', targetId: '7' });
    await scene.deliver('two', '2', { address: 'y', targetId: '7' });
    expect([await scene.targetId('one'), await scene.targetId('two')]).toEqual([undefined, '7']);
    expect(await scene.mirror('one')).toMatchObject({ in_doubt: true, doubt_before: true });
  });
});

describe('what becomes of the entry (second fence: key, revision and token)', () => {
  const error = { code: 'x', message: 'why', field: 'price' };
  const cases: [SettledEntry['disposition'], Record<string, unknown>][] = [
    [{ kind: 'release' }, { state: 'ready', attempts: 0, due_at: null }],
    [
      { kind: 'retry', afterMs: 60_000, attempt: true },
      { state: 'waiting', attempts: 1, due_at: expect.any(Date) },
    ],
    [
      { kind: 'retry', afterMs: 60_000, attempt: false },
      { state: 'waiting', attempts: 0, stale_since: null },
    ],
    [
      { kind: 'retry', afterMs: 60_000, attempt: false, stale: true },
      { state: 'waiting', attempts: 0, stale_since: expect.any(Date) },
    ],
    [
      { kind: 'park', afterMs: 60_000 },
      { state: 'parked', attempts: 0, due_at: expect.any(Date) },
    ],
    [{ kind: 'dead' }, { state: 'dead', attempts: 1, due_at: null }],
    [{ kind: 'absent' }, { state: 'absent', attempts: 0, due_at: null }],
  ];
  it.each(cases)('%j', async (disposition, expected) => {
    await scene.delta('a', 1, 100);
    const { entry } = await scene.claimOne();
    await scene.delta('a', 1, 50);
    expect(await scene.settle([], [scene.verdict(entry, disposition, { error })])).toEqual({ settled: ['a'], renewed: [], lost: [] });
    expect(await scene.entry('a')).toMatchObject({
      ...{ token: null, leased_by: null, leased_until: null, hold: 50, next_hold: null },
      ...{ error_code: 'x', error_message: 'why', error_field: 'price', ...expected },
    });
  });

  it('counts the time since the first stale answer', async () => {
    const stale = { kind: 'retry', afterMs: 0, attempt: false, stale: true } as const;
    await scene.delta('a', 1);
    await scene.settle([], [scene.verdict((await scene.claimOne()).entry, stale)]);
    const first = (await scene.entry('a'))?.stale_since;
    await ready();
    await scene.settle([], [scene.verdict((await scene.claimOne()).entry, stale)]);
    expect((await scene.entry('a'))?.stale_since).toEqual(first);
  });

  it('a settlement of an earlier life of the entry finds nothing (rule 1)', async () => {
    await scene.delta('a', 1);
    const { entry } = await scene.claimOne();
    await scene.settle([], [scene.verdict(entry)]);
    await scene.delta('a', 2);
    await scene.claimOne();
    expect(await scene.settle([], [scene.verdict(entry)])).toEqual({ settled: [], renewed: [], lost: ['a'] });
    expect((await scene.entry('a'))?.state).toBe('leased');
  });

  it.each([{ kind: 'dead' }, { kind: 'absent' }, { kind: 'park', afterMs: 60_000 }, later] as const)(
    '%j under newer news: due at once instead',
    async (disposition) => {
      await scene.delta('a', 1, 100);
      const { entry } = await scene.claimOne();
      await scene.delta('a', 2, 200);
      expect(await scene.settle([], [scene.verdict(entry, disposition, { error })])).toMatchObject({ renewed: ['a'] });
      expect(await scene.entry('a')).toMatchObject({ state: 'ready', attempts: 0, hold: 100, next_hold: null, error_code: null });
    },
  );

  it('an entity edited without pause begins each round at the end of the queue (L4)', async () => {
    await scene.delta('busy', 1);
    const { entry } = await scene.claimOne();
    await scene.delta('other', 1);
    await scene.delta('busy', 2);
    await scene.settle([], [scene.verdict(entry)]);
    expect((await scene.claimOne()).entry.key).toBe('other');
  });

  it('a worker with an old mapping closes nothing (rule 16)', async () => {
    await scene.delta('a', 1);
    const { entry, document, sendNumber } = await ship({ hash: 'old mapping' });
    await scene.sql.query('UPDATE pipeline_state SET mapping = 2 WHERE pipeline = $1', [scene.pipeline]);
    expect(await scene.settle([scene.answer(document, sendNumber)], [scene.verdict(entry)])).toMatchObject({ renewed: ['a'] });
    expect(await scene.mirror('a')).toMatchObject({ in_doubt: false, hash: 'old mapping' });
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', hold: 100 });
  });
});

describe('a skipped document (rule 6)', () => {
  const unchanged = async (): Promise<{ entry: ClaimedEntry; skipped: { documentKey: string; sendNumber: number }[] }> => {
    await scene.deliver('a', 'A', { address: 'sku', targetId: '7' });
    await scene.enqueue('full', [scene.change('a', 1)], { pass: 1 });
    const { entry } = await scene.claimOne();
    return { entry, skipped: [{ documentKey: scene.documentKey('a'), sendNumber: Number((await scene.mirror('a'))?.send_number) }] };
  };

  it('settles its entry while the mirror is what was read', async () => {
    const { entry, skipped } = await unchanged();
    expect(await scene.settle([], [scene.verdict(entry, { kind: 'done' }, { skipped })])).toMatchObject({ settled: ['a'] });
    expect(await scene.entry('a')).toBeUndefined();
  });

  it.each([
    ['was sent again meanwhile', 'UPDATE mirror_document SET send_number = send_number + 1 WHERE connection = $1'],
    ['is in doubt meanwhile', 'UPDATE mirror_document SET in_doubt = true WHERE connection = $1'],
    ['is gone meanwhile', 'DELETE FROM mirror_document WHERE connection = $1'],
  ])('that %s gives its entry back', async (_, meanwhile) => {
    const { entry, skipped } = await unchanged();
    await scene.sql.query(meanwhile, [scene.connection]);
    expect(await scene.settle([], [scene.verdict(entry, { kind: 'done' }, { skipped })])).toEqual({
      settled: [],
      renewed: ['a'],
      lost: [],
    });
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', token: null });
  });

  it('whose address another entity takes over at the same time gives its entry back', async () => {
    const { entry, skipped } = await unchanged();
    await scene.settle([], [scene.verdict(entry, { kind: 'retry', afterMs: 60_000, attempt: false })]);
    await shipNew('b', { address: 'sku', takeFrom: { pipeline: scene.pipeline, key: 'a' } });
    await ready();
    const again = await scene.claimOne();
    expect(await scene.settle([], [scene.verdict(again.entry, { kind: 'done' }, { skipped })])).toMatchObject({ renewed: ['a'] });
  });
});

it('A, then B sent and its answer lost, then A again: A is sent, the shop does not keep B (rules 3, 4)', async () => {
  await scene.deliver('a', 'A');
  const lost = await shipNew('a', { hash: 'B' });
  await scene.settle([scene.answer(lost.document, lost.sendNumber, { result: 'unknown' })], [scene.verdict(lost.entry, later)]);
  expect(await scene.mirror('a')).toMatchObject({ hash: 'A', in_doubt: true });
  await ready();
  const { entry } = await scene.claimOne();
  const skipped = [{ documentKey: scene.documentKey('a'), sendNumber: lost.sendNumber }];
  // Even a worker that skipped it by its hash could not close the entry.
  expect(await scene.settle([], [scene.verdict(entry, { kind: 'done' }, { skipped })])).toMatchObject({ renewed: ['a'] });
});

it('takes answers PostgreSQL cannot hold as they are', async () => {
  const { entry, document, sendNumber } = await shipNew('a');
  const error = { code: 'x', message: `nul \u0000 and half a ${'😀'.slice(0, 1)}`, field: null };
  const answer = scene.answer(document, sendNumber, { text: JSON.stringify({ name: 'a\u0000b', path: 'c:\\u0000' }) });
  await scene.settle([answer], [scene.verdict(entry, { kind: 'dead' }, { error })]);
  expect((await scene.mirror('a'))?.document).toEqual({ name: 'a\u0000b', path: 'c:\\u0000' });
  expect((await scene.entry('a'))?.error_message).toBe('nul \ufffd and half a \ufffd');
});
