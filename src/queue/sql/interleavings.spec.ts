import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import type { Sql } from '../../database/sql.js';
import { claim } from './claim.js';
import { enqueue } from './enqueue.js';
import { takeFeed } from './feed-lease.js';
import { intend } from './intend.js';
import { settle } from './settle.js';

let db: TestDatabase;
let scene: QueueScene;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
});

/**
 * `first` runs in a transaction that stays open until `second` waits for one of its locks; then it is
 * committed. So `second` has a snapshot from before `first`, and locks rows as `first` left them.
 */
async function meet<Result>(first: (sql: Sql) => Promise<unknown>, second: () => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: db.url });
  await client.connect();
  try {
    await client.query('BEGIN');
    await first({
      query: async <Row extends object>(text: string, values: readonly unknown[] = []) => (await client.query<Row>(text, [...values])).rows,
    });
    const running = second();
    for (let turn = 0; !(await isSomebodyWaiting()); turn += 1) {
      if (turn > 1_000) throw new Error('the second statement never waited for the first');
      await wait(5);
    }
    await client.query('COMMIT');
    return await running;
  } finally {
    await client.end();
  }
}

async function isSomebodyWaiting(): Promise<boolean> {
  const rows = await db.database.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
  return rows.length > 0;
}

const page = (cause: 'delta' | 'full', version: number, hold: number | null) => ({
  cause,
  entries: [scene.change('a', version)],
  hold,
  pass: cause === 'full' ? 1 : null,
  run: null,
  move: null,
});

describe('a page of a delta, while another statement is under way', () => {
  it('holds the last sync time for what a full pass queues at the same moment (rule 15)', async () => {
    await scene.delta('a', 1);
    await scene.settle([], [scene.verdict((await scene.claimOne()).entry)]);
    await meet(
      (sql) => enqueue(sql, page('full', 2, null)),
      () => scene.delta('a', 2, 100),
    );
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', version: '2', hold: 100 });
  });

  it('sees the same of a record nobody knew before', async () => {
    await meet(
      (sql) => enqueue(sql, page('full', 1, null)),
      () => scene.delta('a', 1, 100),
    );
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', hold: 100 });
  });

  it('is not lost with the entry that is just being settled', async () => {
    await scene.delta('a', 1);
    const { entry } = await scene.claimOne();
    await meet(
      (sql) => settle(sql, { connection: scene.connection, pipeline: scene.pipeline, documents: [], entries: [scene.verdict(entry)] }),
      () => scene.delta('a', 2, 200),
    );
    const row = await scene.entry('a');
    expect(row).toMatchObject({ state: 'ready', version: '2', hold: 200, token: null });
    expect(Number(row?.revision)).toBeGreaterThan(entry.revision);
  });

  it('gives its hold to the next round when its entry is just being claimed', async () => {
    await scene.delta('a', 1, 100);
    await meet(
      (sql) => claim(sql, { pipeline: scene.pipeline, worker: 'w', leaseMs: 30_000, limit: 1, mapping: 1 }),
      () => scene.delta('a', 2, 200),
    );
    expect(await scene.entry('a')).toMatchObject({ state: 'leased', hold: 100, next_hold: 200 });
  });

  it('loses to the reader that moved the cursor first, and writes nothing (rule 16)', async () => {
    const feed = `feed of ${scene.pipeline}`;
    const taken = await takeFeed(scene.sql, feed, 'me', 30_000);
    const move = { feed, expectedMoves: 0, leaseToken: taken?.leaseToken ?? 0, cursor: 'first', position: 10, underWay: false };
    const result = await meet(
      (sql) => enqueue(sql, { ...page('delta', 1, 0), move }),
      () => scene.enqueue('delta', [scene.change('b', 1)], { hold: 0, move: { ...move, cursor: 'second', position: 20 } }),
    );
    expect(result.moved).toBe(false);
    expect(await scene.entry('b')).toBeUndefined();
    expect(await scene.sql.query('SELECT cursor, moves FROM feed_cursor WHERE feed = $1', [feed])).toEqual([{ cursor: 'first', moves: 1 }]);
  });
});

describe('news that is just being written', () => {
  it('keeps a settlement from removing the entry (rule 5)', async () => {
    await scene.delta('a', 1, 100);
    const { entry } = await scene.claimOne();
    const result = await meet(
      (sql) => enqueue(sql, page('delta', 2, 200)),
      () => scene.settle([], [scene.verdict(entry)]),
    );
    expect(result).toMatchObject({ renewed: ['a'] });
    expect(await scene.entry('a')).toMatchObject({ state: 'ready', version: '2', hold: 200 });
  });

  it('keeps an intent from sending what is older (rule 3)', async () => {
    await scene.delta('a', 1, 100);
    const { entry, readNumber } = await scene.claimOne();
    const results = await meet(
      (sql) => enqueue(sql, page('delta', 2, 200)),
      () => scene.intend([scene.document(entry, readNumber)]),
    );
    expect(results).toMatchObject([{ kind: 'superseded' }]);
    expect(await scene.mirror('a')).toBeUndefined();
  });
});

describe('an address that looks free (rule 9)', () => {
  it('is not taken from an owner that comes back at the same moment', async () => {
    await scene.enqueue('manual', [scene.change('one', null)]);
    const first = await scene.claimOne();
    const refused = scene.document(first.entry, first.readNumber, { address: 'sku' });
    const sendNumber = await scene.send(refused);
    await scene.settle([scene.answer(refused, sendNumber, { result: 'rejected' })], [scene.verdict(first.entry, { kind: 'dead' })]);
    await scene.enqueue('manual', [scene.change('two', null)]);
    const two = await scene.claimOne();
    const results = await meet(
      async (sql) => {
        await enqueue(sql, { ...page('delta', 2, 1), entries: [scene.change('one', 2)] });
        const [back] = (await claim(sql, { pipeline: scene.pipeline, worker: 'w', leaseMs: 30_000, limit: 1, mapping: 1 })).entries;
        if (!back) throw new Error('not claimed');
        const document = scene.document(back, 1_000_000, { address: 'sku' });
        await intend(sql, { connection: scene.connection, pipeline: scene.pipeline, mapping: 1, documents: [document] });
      },
      () => scene.intend([scene.document(two.entry, two.readNumber, { address: 'sku' })]),
    );
    expect(results).toMatchObject([{ kind: 'stale' }]);
    expect(await scene.address('sku')).toMatchObject({ entity_key: 'one' });
    expect(await scene.mirror('two')).toBeUndefined();
  });

  it('goes to one of two that take it for the first time at the same moment', async () => {
    await scene.enqueue('manual', [scene.change('one', null), scene.change('two', null)]);
    const { entries, readNumber } = await scene.claim();
    const [one, two] = entries.map((entry) => scene.document(entry, readNumber, { address: 'sku' }));
    if (!one || !two) throw new Error('two were claimed');
    const results = await meet(
      (sql) => intend(sql, { connection: scene.connection, pipeline: scene.pipeline, mapping: 1, documents: [one] }),
      () => scene.intend([two]),
    );
    expect(results).toMatchObject([{ kind: 'stale' }]);
    expect(await scene.mirror('two')).toBeUndefined();
    expect(await scene.intend([two])).toMatchObject([{ kind: 'owned', owner: { key: 'one' } }]);
  });
});
