import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import { forgetTombstones } from './forget-tombstones.js';

const day = 86_400_000;

let db: TestDatabase;
let scene: QueueScene;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
});

/** Delivered, and taken down so. */
async function bury(key: string, takenDown: 'delete' | 'disable' | 'archive' = 'delete'): Promise<void> {
  await scene.deliver(key, 'h');
  await scene.enqueue('manual', [scene.change(key, null, { kind: 'deleted' })]);
  const { entry, readNumber } = await scene.claimOne();
  const document = scene.document(entry, readNumber, { state: 'gone', hash: 'gone' });
  await scene.settle([scene.answer(document, await scene.send(document), { takenDown })], [scene.verdict(entry)]);
}
const elapse = (key: string, ms: number) =>
  scene.sql.query(
    `UPDATE mirror_document SET sent_at = sent_at - $2 * interval '1 ms', acknowledged_at = acknowledged_at - $2 * interval '1 ms' WHERE document_key = $1`,
    [scene.documentKey(key), ms],
  );
const change = (key: string, assignment: string) =>
  scene.sql.query(`UPDATE mirror_document SET ${assignment} WHERE document_key = $1`, [scene.documentKey(key)]);
async function pass(beganAgoMs = 0): Promise<number> {
  const [run] = await scene.sql.query<{ id: number }>(
    `INSERT INTO sync_run (pipeline, kind, trigger, started_at)
     VALUES ($1, 'full', 'command', clock_timestamp() - $2 * interval '1 ms') RETURNING id`,
    [scene.pipeline, beganAgoMs],
  );
  return run?.id ?? 0;
}
const forget = async (after: number, overlapMs = 0): Promise<number> =>
  forgetTombstones(scene.sql, { pipeline: scene.pipeline, pass: after, overlapMs });

describe('a tombstone', () => {
  it('goes after a pass that began after it, once every window is over', async () => {
    for (const key of ['a', 'b']) await bury(key);
    await elapse('a', 8 * day);
    expect(await forget(await pass())).toBe(1);
    expect([await scene.mirror('a'), await scene.mirror('b')]).toEqual([undefined, expect.objectContaining({ state: 'gone' })]);
  });

  it('stays while deltas may read back beyond it', async () => {
    await bury('a');
    await elapse('a', 8 * day);
    expect([await forget(await pass(), 9 * day), await forget(await pass(), 7 * day)]).toEqual([0, 1]);
  });

  it('stays where the pass began before it, or is another pipeline’s', async () => {
    await bury('a');
    await elapse('a', 8 * day);
    const before = await pass(9 * day);
    const other = await QueueScene.open(db.database);
    expect([await forget(before), await forget(0)]).toEqual([0, 0]);
    expect(await forgetTombstones(scene.sql, { pipeline: other.pipeline, pass: await pass(), overlapMs: 0 })).toBe(0);
    expect(await forget(await pass())).toBe(1);
  });

  it.each([
    ['in doubt', 'in_doubt = true'],
    ['to be verified', 'verify_at = now()'],
    ['that holds a rejection', `rejected_hash = 'h:'`],
  ])('%s stays', async (_, assignment) => {
    await bury('a');
    await elapse('a', 8 * day);
    await change('a', assignment);
    expect(await forget(await pass())).toBe(0);
  });

  it('stays while there is an entry of it, a dead one as well', async () => {
    await bury('a');
    await elapse('a', 8 * day);
    await scene.enqueue('manual', [scene.change('a', null)]);
    expect(await forget(await pass())).toBe(0);
    const { entry } = await scene.claimOne();
    await scene.settle([], [scene.verdict(entry, { kind: 'dead' })]);
    expect(await forget(await pass())).toBe(0);
  });

  it.each(['disable', 'archive'] as const)('is nothing that still stands in the shop (%s)', async (takenDown) => {
    await bury('a', takenDown);
    await elapse('a', 8 * day);
    await scene.deliver('b', 'h');
    await elapse('b', 8 * day);
    expect(await forget(await pass())).toBe(0);
  });

  it('stops what was read before it, and its end lets through what is read after it', async () => {
    await scene.deliver('a', 'h');
    await scene.enqueue('manual', [scene.change('a', null)]);
    const before = await scene.claimOne();
    await scene.settle([], [scene.verdict(before.entry)]);
    await bury('a');
    await scene.enqueue('manual', [scene.change('a', null)]);
    const late = await scene.claimOne();
    expect(await scene.intend([scene.document(late.entry, before.readNumber)])).toMatchObject([{ kind: 'stale' }]);
    await scene.settle([], [scene.verdict(late.entry)]);
    await elapse('a', 8 * day);
    expect(await forget(await pass())).toBe(1);
    await scene.deliver('a', 'again');
    expect(await scene.mirror('a')).toMatchObject({ state: 'live', hash: 'again' });
  });
});
