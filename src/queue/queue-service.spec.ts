import { createTestDatabase, type TestDatabase } from '../../test/kit/database.js';
import { QueueScene } from '../../test/kit/queue-scene.js';
import type { Actor } from '../model/actor.js';
import { QueueService } from './queue-service.js';
import { listAudit } from './sql/audit.js';

const anna: Actor = { kind: 'user', name: 'anna' };

let db: TestDatabase;
let scene: QueueScene;
let queue: QueueService;

beforeAll(async () => (db = await createTestDatabase()));
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
  queue = new QueueService(db.database);
});
afterAll(() => db.drop());

const failure = (message: string, field: string | null = null) => ({ code: 'refused', message, field });

/** Brings entries into a state, as a worker would. */
async function bring(key: string, kind: 'dead' | 'absent' | 'park' | 'retry', message = 'no', run: number | null = null): Promise<void> {
  await scene.enqueue('delta', [scene.change(key)], { hold: 100, run });
  const { entry } = await scene.claimOne();
  const disposition = kind === 'park' || kind === 'retry' ? ({ kind, afterMs: 60_000, attempt: true } as const) : ({ kind } as const);
  await scene.settle([], [scene.verdict(entry, disposition, { error: failure(message) })]);
}

async function newRun(counts: Record<string, number>): Promise<number> {
  const [row] = await db.database.query<{ id: number }>(
    `INSERT INTO sync_run (pipeline, kind, trigger, counts) VALUES ($1, 'delta', 'command', $2) RETURNING id`,
    [scene.pipeline, JSON.stringify(counts)],
  );
  return row?.id ?? 0;
}

async function countsOf(run: number): Promise<Record<string, number>> {
  const [row] = await db.database.query<{ counts: Record<string, number> }>('SELECT counts FROM sync_run WHERE id = $1', [run]);
  return row?.counts ?? {};
}

const keys = async (filter: Parameters<QueueService['list']>[0] = {}): Promise<string[]> =>
  (await queue.list({ pipeline: scene.pipeline, ...filter })).entries.map(({ key }) => key);

describe('a list', () => {
  it('pages through everything once, in the order of claiming, whatever is settled meanwhile', async () => {
    for (let number = 10; number < 25; number += 1) await scene.delta(`k${number}`);
    const seen: string[] = [];
    let cursor: string | undefined;
    for (;;) {
      const page = await queue.list({ pipeline: scene.pipeline, limit: 4, cursor });
      seen.push(...page.entries.map(({ key }) => key));
      if (seen.length === 4) await db.database.query(`DELETE FROM queue_entry WHERE entity_key IN ('k10', 'k13', 'k16')`);
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(seen).toEqual(Array.from({ length: 15 }, (_, index) => `k${index + 10}`).filter((key) => key !== 'k16'));
  });

  it('narrows down by state, key, cause of failure and age', async () => {
    await bring('a', 'dead', 'SKU "A-1" costs 12 too much');
    await bring('b', 'dead', 'SKU "B-22" costs 7 too much');
    await bring('c', 'dead', 'something else');
    await scene.delta('d');
    expect(await keys({ states: ['dead'] })).toEqual(['a', 'b', 'c']);
    expect(await keys({ key: 'c' })).toEqual(['c']);
    const [first] = (await queue.list({ pipeline: scene.pipeline, key: 'a' })).entries;
    expect(await keys({ fingerprint: first?.errorFingerprint ?? '' })).toEqual(['a', 'b']);
    await db.database.query(
      `UPDATE queue_entry SET enqueued_at = now() - interval '3 h' WHERE pipeline = $1 AND entity_key IN ('b', 'd')`,
      [scene.pipeline],
    );
    expect(await keys({ olderThanMs: 3_600_000 })).toEqual(['b', 'd']);
    expect(await keys({ olderThanMs: 3_600_000, states: ['dead'] })).toEqual(['b']);
  });

  it('says in one sentence that a name or a cursor is none', async () => {
    await expect(queue.list({ pipeline: `${scene.pipeline}x` })).rejects.toThrow(`did you mean ${scene.pipeline}?`);
    for (const cursor of ['x', Buffer.from('{"a":1}').toString('base64url'), Buffer.from('["p","now","k"]').toString('base64url')])
      await expect(queue.list({ cursor })).rejects.toThrow('the cursor is not one of this list');
  });
});

it('one entity is shown with its entry, its last errors, newest first, and what the shop has of it', async () => {
  await scene.deliver('a', 'hash-1', { address: 'sku-a', targetId: 'SHOP-7' });
  await bring('a', 'dead', 'the price is no number');
  for (const message of ['older', 'newer'])
    await db.database.query(
      `INSERT INTO sync_error (pipeline, entity_key, stage, severity, code, message, fingerprint) VALUES ($1, 'a', 'transfer', 'error', 'price', $2, 'f')`,
      [scene.pipeline, message],
    );
  const shown = await queue.show(scene.pipeline, 'a');
  expect(shown.entry).toMatchObject({ key: 'a', state: 'dead', errorMessage: 'the price is no number' });
  expect(shown.errors.map(({ message }) => message)).toEqual(['newer', 'older']);
  expect(shown.documents).toMatchObject([{ documentKey: 'product:all:-:a', state: 'live', targetId: 'SHOP-7', address: 'sku-a' }]);
  expect(await queue.show(scene.pipeline, 'nobody')).toEqual({ entry: null, errors: [], documents: [], timeline: [] });
});

describe('a retry', () => {
  it('makes dead, absent, parked and waiting entries ready under a new revision, and leaves the others alone', async () => {
    for (const [key, kind] of Object.entries({ a: 'dead', b: 'absent', c: 'park', d: 'retry' } as const)) await bring(key, kind);
    await scene.delta('e');
    const before = await scene.entry('a');
    expect(await queue.retry({ pipeline: scene.pipeline }, anna)).toBe(4);
    for (const key of ['a', 'b', 'c', 'd'])
      expect(await scene.entry(key)).toMatchObject({
        state: 'ready',
        cause: 'manual',
        attempts: 0,
        error_code: null,
        error_fingerprint: null,
        version_order: null,
      });
    expect(Number((await scene.entry('a'))?.revision)).toBeGreaterThan(Number(before?.revision));
    expect(await scene.entry('e')).toMatchObject({ state: 'ready', cause: 'delta' });
  });

  it('keeps the last sync time back for what still holds it, and not for what did not any more', async () => {
    await bring('a', 'dead');
    await bring('c', 'park');
    await queue.retry({ pipeline: scene.pipeline }, anna);
    expect([(await scene.entry('a'))?.hold, (await scene.entry('c'))?.hold]).toEqual([null, 100]);
  });

  it('offers the shop once more what it rejected, and only of those', async () => {
    for (const key of ['a', 'b']) {
      await scene.deliver(key, 'hash-1');
      await db.database.query(`UPDATE mirror_document SET rejected_hash = 'hash-2:' WHERE pipeline = $1 AND entity_key = $2`, [
        scene.pipeline,
        key,
      ]);
      await bring(key, 'dead');
    }
    await queue.retry({ pipeline: scene.pipeline, key: 'a' }, anna);
    expect([(await scene.mirror('a'))?.rejected_hash, (await scene.mirror('b'))?.rejected_hash]).toEqual([null, 'hash-2:']);
  });

  it('of a group takes those that failed for one cause', async () => {
    await bring('a', 'dead', 'too long: 300');
    await bring('b', 'dead', 'too long: 412');
    await bring('c', 'dead', 'unknown option');
    const [first] = (await queue.list({ pipeline: scene.pipeline, key: 'b' })).entries;
    expect(await queue.retry({ fingerprint: first?.errorFingerprint ?? '' }, anna)).toBe(2);
    expect(await keys({ states: ['dead'] })).toEqual(['c']);
  });

  it('is not settled by a worker that still has the round before it', async () => {
    await scene.delta('a');
    const { entry } = await scene.claimOne();
    await scene.settle([], [scene.verdict(entry, { kind: 'dead' })]);
    await db.database.query(`UPDATE queue_entry SET token = $2 WHERE pipeline = $1`, [scene.pipeline, entry.token]);
    await queue.retry({ pipeline: scene.pipeline }, anna);
    expect(await scene.settle([], [scene.verdict(entry)])).toMatchObject({ settled: [], renewed: ['a'] });
    expect(await scene.entry('a')).toMatchObject({ state: 'ready' });
  });

  it('counts what was dead or absent as revived for the run that opened it', async () => {
    const run = await newRun({ enqueued: 3, dead: 1, absent: 1, parked: 1 });
    await bring('a', 'dead', 'no', run);
    await bring('b', 'absent', 'no', run);
    await bring('c', 'park', 'no', run);
    await queue.retry({ pipeline: scene.pipeline }, anna);
    expect(await countsOf(run)).toEqual({ enqueued: 3, dead: 1, absent: 1, parked: 1, revived: 2 });
    expect((await scene.entry('a'))?.run).toBe(run);
  });
});

describe('a discard', () => {
  it('takes dead and absent entries out of the queue, and nothing that is still worked on', async () => {
    for (const [key, kind] of Object.entries({ a: 'dead', b: 'absent', c: 'park', d: 'retry' } as const)) await bring(key, kind);
    expect(await queue.discard({ pipeline: scene.pipeline }, anna)).toBe(2);
    expect((await keys()).sort()).toEqual(['c', 'd']);
    expect(await queue.discard({ pipeline: scene.pipeline, states: ['parked'] }, anna)).toBe(0);
  });

  it('counts them as discarded, and no longer as dead or absent, for their run', async () => {
    const run = await newRun({ enqueued: 3, dead: 2, absent: 1 });
    await bring('a', 'dead', 'no', run);
    await bring('b', 'dead', 'no', run);
    await bring('c', 'absent', 'no', run);
    await queue.discard({ pipeline: scene.pipeline, key: 'b' }, anna);
    expect(await countsOf(run)).toEqual({ enqueued: 3, dead: 1, absent: 1, discarded: 1 });
    await queue.discard({ pipeline: scene.pipeline }, anna);
    expect(await countsOf(run)).toEqual({ enqueued: 3, dead: 0, absent: 0, discarded: 3 });
  });

  it('is undone by a new version of the record', async () => {
    await bring('a', 'dead');
    await queue.discard({ pipeline: scene.pipeline }, anna);
    await scene.delta('a', 1);
    expect(await scene.entry('a')).toBeUndefined();
    await scene.delta('a', 2);
    expect(await scene.entry('a')).toMatchObject({ state: 'ready' });
  });
});

it('every action has a row that says who did what to how many, also one that found nothing', async () => {
  await bring('a', 'dead');
  await queue.retry({ pipeline: scene.pipeline, states: ['dead'] }, anna);
  await queue.discard({ pipeline: scene.pipeline }, { kind: 'key', name: '7' });
  expect(await listAudit(db.database, 2)).toMatchObject([
    { actor: 'key 7', action: 'discard', target: scene.pipeline, details: { filter: { pipeline: scene.pipeline }, entries: 0 } },
    { actor: 'user anna', action: 'retry', target: scene.pipeline, details: { filter: { states: ['dead'] }, entries: 1 } },
  ]);
});
