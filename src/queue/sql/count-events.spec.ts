import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import { until } from '../../../test/kit/until.js';
import type { Sql } from '../../database/sql.js';
import type { EventDelivery, NewEntry } from '../entry.js';
import { discardEntries } from './discard-entries.js';
import { enqueue } from './enqueue.js';
import { enqueueDeliveries } from './enqueue-deliveries.js';
import { retryEntries } from './retry-entries.js';

let db: TestDatabase;
let scene: QueueScene;
let clients: Client[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.database.query('TRUNCATE queue_entry, sync_run, webhook_delivery, related_hint');
  scene = await QueueScene.open(db.database);
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()));
  clients = [];
});

/** A connection of its own, on which a deadlock is an error and not another try. */
async function connection(): Promise<{ client: Client; sql: Sql }> {
  const client = new Client({ connectionString: db.url });
  await client.connect();
  clients.push(client);
  const query = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await client.query<Row>(text, [...values])).rows;
  return { client, sql: { query } };
}

async function newRun(pipeline: string, more: { readonly state?: string; readonly after?: string | null } = {}): Promise<number> {
  const [row] = await db.database.query<{ id: number }>(
    `INSERT INTO sync_run (pipeline, kind, trigger, state, finished_at, after_state, after_attempts)
     VALUES ($1, 'partial', 'event', $2, CASE WHEN $2 <> 'running' THEN now() END, $3, CASE WHEN $3 = 'called' THEN 1 ELSE 0 END) RETURNING id`,
    [pipeline, more.state ?? 'running', more.after ?? null],
  );
  return row?.id ?? 0;
}

const shown = async (run: number) =>
  (
    await db.database.query<{ counts: Record<string, number>; counted: boolean; after: string | null; attempts: number }>(
      `SELECT counts, counted_at IS NOT NULL AS counted, after_state AS after, after_attempts AS attempts FROM sync_run WHERE id = $1`,
      [run],
    )
  )[0];
const countsOf = async (run: number) => (await shown(run))?.counts;

const delivery = (id: string | null, ...entries: readonly NewEntry[]): EventDelivery => ({
  connection: scene.connection,
  id,
  entries,
  related: [],
});
const bring = (run: number, ...deliveries: readonly EventDelivery[]) =>
  enqueueDeliveries(db.database, deliveries, new Map([[scene.pipeline, run]]));

describe('what deliveries bring is counted for the event run of its pipeline', () => {
  it('in sums: opened, told again of what waits, and what is no news; its entries know it', async () => {
    await scene.delta('seen', 5);
    await scene.settle([], [scene.verdict((await scene.claimOne()).entry)]);
    const run = await newRun(scene.pipeline);
    await bring(run, delivery('1', scene.change('a', null), scene.change('b', null)));
    expect(await shown(run)).toEqual({
      counts: { seen: 2, enqueued: 2, coalesced: 0, filtered: 0 },
      counted: true,
      after: null,
      attempts: 0,
    });
    await bring(run, delivery('2', scene.change('b', null), scene.change('c', null), scene.change('seen', 5)));
    expect(await countsOf(run)).toEqual({ seen: 5, enqueued: 3, coalesced: 1, filtered: 1 });
    expect([await scene.entry('a'), await scene.entry('c'), await scene.entry('seen')]).toMatchObject([{ run }, { run }, undefined]);
  });

  it('with what several say of one record at once counted as told again', async () => {
    const run = await newRun(scene.pipeline);
    await bring(
      run,
      delivery('1', scene.change('a', null)),
      delivery('2', scene.change('a', null)),
      delivery(null, scene.change('a', null)),
    );
    expect(await countsOf(run)).toEqual({ seen: 3, enqueued: 1, coalesced: 2, filtered: 0 });
  });

  it('by the run that opened an entry: another one only tells it again, until it is over', async () => {
    const [first, second] = [await newRun(scene.pipeline, { state: 'completed' }), await newRun(scene.pipeline)];
    await bring(first, delivery('1', scene.change('a', null)));
    await bring(second, delivery('2', scene.change('a', null)));
    expect(await scene.entry('a')).toMatchObject({ run: first });
    expect(await countsOf(second)).toEqual({ seen: 1, enqueued: 0, coalesced: 1, filtered: 0 });
    const { entry } = await scene.claimOne();
    await scene.settle([], [scene.verdict(entry, { kind: 'dead' }, { error: { code: 'some', message: 'error', field: null } })]);
    await bring(second, delivery('3', scene.change('a', null)));
    expect(await scene.entry('a')).toMatchObject({ run: second });
    expect(await countsOf(second)).toEqual({ seen: 2, enqueued: 1, coalesced: 1, filtered: 0 });
  });

  it('once, however often and by however many a delivery is brought', async () => {
    const run = await newRun(scene.pipeline);
    await Promise.all(Array.from({ length: 20 }, () => bring(run, delivery('1', scene.change('a', null)))));
    expect(await countsOf(run)).toEqual({ seen: 1, enqueued: 1, coalesced: 0, filtered: 0 });
  });

  it('or not at all, where it is not written', async () => {
    const run = await newRun(scene.pipeline);
    await expect(
      bring(run, delivery('1', scene.change('a', null), scene.change(randomBytes(10_000).toString('hex'), null))),
    ).rejects.toThrow(/index row/);
    expect(await shown(run)).toMatchObject({ counts: {}, counted: false });
    expect(await scene.entry('a')).toBeUndefined();
  });

  it('for each pipeline by itself, and for nobody where it has none', async () => {
    const [own, other] = [await newRun(scene.pipeline), await newRun('other')];
    const entries = [
      scene.change('a', null),
      { ...scene.change('a', null), pipeline: 'other' },
      { ...scene.change('b', null), pipeline: 'none' },
    ];
    const runs = new Map([
      [scene.pipeline, own],
      ['other', other],
    ]);
    await enqueueDeliveries(
      db.database,
      [delivery('1', ...entries), delivery('2', { ...scene.change('c', null), pipeline: 'other' })],
      runs,
    );
    expect(await countsOf(own)).toMatchObject({ seen: 1, enqueued: 1 });
    expect(await countsOf(other)).toMatchObject({ seen: 2, enqueued: 2 });
    expect(await db.database.query(`SELECT run FROM queue_entry WHERE pipeline = 'none'`)).toEqual([{ run: null }]);
  });

  it('in a run that is closed as well, which has its call due again if entries came', async () => {
    const [called, never] = [
      await newRun(scene.pipeline, { state: 'completed', after: 'called' }),
      await newRun('b', { state: 'completed' }),
    ];
    await scene.enqueue('manual', [scene.change('there', null)]);
    await bring(called, delivery('1', scene.change('there', null)));
    expect(await shown(called)).toMatchObject({ counts: { seen: 1, enqueued: 0 }, after: 'called' });
    await bring(called, delivery('2', scene.change('a', null)));
    expect(await shown(called)).toMatchObject({ counts: { seen: 2, enqueued: 1 }, after: 'due', attempts: 0 });
    await bring(never, delivery('3', scene.change('b', null)));
    expect(await shown(never)).toMatchObject({ counts: { seen: 1 }, after: null });
    // As long as it is open it is due anyway, and nobody has tried.
    const open = await newRun('c', { after: 'due' });
    await bring(open, delivery('4', scene.change('c', null)));
    expect(await shown(open)).toMatchObject({ after: 'due', attempts: 0 });
  });
});

it('a page that is counted itself says the same as what it answers', async () => {
  const run = await newRun(scene.pipeline);
  const entries = ['a', 'b', 'a'].map((key) => scene.change(key, null));
  const { counts } = await enqueue(db.database, { cause: 'reference', entries, hold: null, pass: null, run, counted: true, move: null });
  expect(counts.get(scene.pipeline)).toEqual({ enqueued: 2, coalesced: 1, filtered: 0 });
  expect(await countsOf(run)).toEqual({ seen: 3, enqueued: 2, coalesced: 1, filtered: 0 });
});

describe('what counts for several runs', () => {
  const pipelines = ['a', 'b', 'c', 'd'];
  /** In the other order than their pipelines. */
  async function runsOf(): Promise<Map<string, number>> {
    const runs = new Map<string, number>();
    for (const pipeline of [...pipelines].reverse()) runs.set(pipeline, await newRun(pipeline));
    return runs;
  }
  const everywhere = (id: string | null, keys: readonly string[]): EventDelivery => ({
    ...delivery(id),
    entries: pipelines.flatMap((pipeline) => keys.map((key) => ({ ...scene.change(key, null), pipeline }))),
    related: [{ feed: 'pim/category', key: 'x' }],
  });
  const isLocked = async (client: Client, statement: string): Promise<boolean> => {
    await client.query('SAVEPOINT before');
    try {
      await client.query(`${statement} FOR UPDATE NOWAIT`);
      return false;
    } catch (error) {
      if ((error as { code?: string }).code !== '55P03') throw error;
      return true;
    } finally {
      await client.query('ROLLBACK TO before');
    }
  };
  const somebodyWaits = async () =>
    (await db.database.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).length > 0;

  it.each([
    ['brings entries', (sql: Sql, runs: ReadonlyMap<string, number>) => enqueueDeliveries(sql, [everywhere(null, ['1'])], runs), true],
    [
      'discards them',
      (sql: Sql) => discardEntries(sql, {}, { actor: { kind: 'user', name: 'anna' }, action: 'discard', target: 'all', details: {} }),
      false,
    ],
  ])('%s first, and locks runs by number', async (_, statement, hints) => {
    const runs = await runsOf();
    await enqueueDeliveries(db.database, [everywhere(null, ['1'])], runs);
    await db.database.query(`UPDATE queue_entry SET state = 'dead'`);
    const [first, ...later] = [...runs.values()];
    const holder = await connection();
    await holder.client.query('BEGIN');
    await holder.client.query('SELECT 1 FROM sync_run WHERE id = $1 FOR UPDATE', [first]);
    const under = await connection();
    const running = statement(under.sql, runs);
    await until('it waits for the first run', somebodyWaits);
    for (const run of later) expect(await isLocked(holder.client, `SELECT 1 FROM sync_run WHERE id = ${run}`)).toBe(false);
    expect(await isLocked(holder.client, 'SELECT 1 FROM queue_entry')).toBe(true);
    if (hints) expect(await isLocked(holder.client, 'SELECT 1 FROM related_hint')).toBe(true);
    await holder.client.query('COMMIT');
    await running;
  });

  it('does not lose what somebody else counts at the same moment', async () => {
    const run = await newRun(scene.pipeline);
    await bring(run, delivery('1', scene.change('a', null), scene.change('b', null)));
    await db.database.query(`UPDATE queue_entry SET state = 'dead'`);
    const action = { actor: { kind: 'user', name: 'anna' }, target: 'all', details: {} } as const;
    for (const [statement, name] of [
      [() => bring(run, delivery('2', scene.change('c', null))), 'seen'],
      [() => retryEntries(db.database, { key: 'a' }, { ...action, action: 'retry' }), 'revived'],
      [() => discardEntries(db.database, { key: 'b' }, { ...action, action: 'discard' }), 'discarded'],
    ] as const) {
      const before = (await countsOf(run)) ?? {};
      const holder = await connection();
      await holder.client.query('BEGIN');
      await holder.client.query(
        `UPDATE sync_run SET counts = counts || jsonb_build_object('settled', coalesce((counts ->> 'settled')::int, 0) + 1) WHERE id = $1`,
        [run],
      );
      const running = statement();
      await until('it waits for the run', somebodyWaits);
      await holder.client.query('COMMIT');
      await running;
      expect(await countsOf(run)).toMatchObject({ settled: (before.settled ?? 0) + 1, [name]: (before[name] ?? 0) + 1 });
    }
  });

  it('never stands in the way of another, whoever brings, settles, discards and tries again', async () => {
    const runs = await runsOf();
    const shuffled = (turn: number): EventDelivery => {
      const entries = everywhere(null, ['1', '2', '3'].slice(0, 1 + (turn % 3))).entries;
      return {
        ...delivery(null),
        entries: turn % 2 === 0 ? entries : [...entries].reverse(),
        related: [{ feed: 'pim/category', key: `${turn % 3}` }],
      };
    };
    const action = { actor: { kind: 'user', name: 'anna' }, target: 'all', details: {} } as const;
    const bringing = async (): Promise<void> => {
      const { sql } = await connection();
      for (let turn = 0; turn < 60; turn += 1) await enqueueDeliveries(sql, [shuffled(turn), shuffled(turn + 1)], runs);
    };
    const deciding = async (): Promise<void> => {
      const { sql } = await connection();
      for (let turn = 0; turn < 60; turn += 1) {
        await sql.query(
          `UPDATE queue_entry SET state = 'dead' WHERE ctid = ANY(ARRAY(SELECT ctid FROM queue_entry WHERE state = 'ready' ORDER BY pipeline, entity_key LIMIT 3 FOR UPDATE))`,
        );
        if (turn % 2 === 0) await retryEntries(sql, {}, { ...action, action: 'retry' });
        else await discardEntries(sql, {}, { ...action, action: 'discard' });
      }
    };
    await Promise.all([bringing(), bringing(), bringing(), bringing(), deciding(), deciding()]);
    // 60 turns of 4 on each pipeline: two deliveries each, of one to three records.
    const seen = Array.from({ length: 60 }, (_, turn) => 1 + (turn % 3) + 1 + ((turn + 1) % 3)).reduce((sum, one) => sum + one) * 4;
    for (const [pipeline, run] of runs) {
      const counts = (await countsOf(run)) ?? {};
      expect({ pipeline, seen: counts.seen }).toEqual({ pipeline, seen });
      expect(counts.seen).toBe((counts.enqueued ?? 0) + (counts.coalesced ?? 0) + (counts.filtered ?? 0));
    }
  });
});
