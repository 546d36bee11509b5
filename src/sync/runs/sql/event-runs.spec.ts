import { createTestDatabase, type TestDatabase } from '../../../../test/kit/database.js';
import { enqueueDeliveries } from '../../../queue/sql/enqueue-deliveries.js';
import { closeSilentRuns } from '../run-log.js';
import { closeEventRuns, openEventRuns, type Brought } from './event-runs.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(() => test.database.query('DELETE FROM sync_run'));

const windowMs = 60_000;
const brought = (pipeline: string, more: Partial<Brought> = {}): Brought => ({ pipeline, after: false, ...more });
const open = (...wanted: readonly Brought[]) => openEventRuns(test.database, wanted, windowMs);
const runs = () =>
  test.database.query<{ id: number; pipeline: string; state: string; after: string | null; over: boolean }>(
    `SELECT id, pipeline, state, after_state AS after, finished_at IS NOT NULL AS over FROM sync_run ORDER BY id`,
  );
/** Lets the windows of all open ones be over for so long. */
const elapse = (ms: number) =>
  test.database.query(`UPDATE sync_run SET alive_until = now() - $1 * interval '1 ms' WHERE state = 'running'`, [ms]);

describe('the event run of a pipeline', () => {
  it('is one, however many processes open it at once, and of each pipeline another', async () => {
    const asked = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? open(brought('a'), brought('b')) : open(brought('b'), brought('a'))));
    const answers = (await Promise.all(asked)).flat();
    expect(answers).toHaveLength(40);
    const known = await runs();
    expect(known.map(({ pipeline }) => pipeline).sort()).toEqual(['a', 'b']);
    for (const { pipeline, run } of answers) expect(known.find(({ id }) => id === run)?.pipeline).toBe(pipeline);
  });

  it('is of the trigger event and the kind partial, names nobody, and has a call due where its pipeline has one', async () => {
    await open(brought('a'), brought('b', { after: true }));
    const [a, b] = await test.database.query(`SELECT kind, trigger, owner, started_by, after_state FROM sync_run ORDER BY pipeline`);
    expect(a).toEqual({ kind: 'partial', trigger: 'event', owner: null, started_by: null, after_state: null });
    expect(b).toMatchObject({ after_state: 'due' });
  });

  it('is told with what is left of its window', async () => {
    const [first] = await open(brought('a'));
    expect(first?.restMs).toBeGreaterThan(windowMs - 5_000);
    expect(first?.restMs).toBeLessThanOrEqual(windowMs);
    await test.database.query(`UPDATE sync_run SET alive_until = now() + interval '7 s'`);
    const [second] = await open(brought('a'));
    expect(second?.run).toBe(first?.run);
    expect(second?.restMs).toBeLessThanOrEqual(7_000);
  });

  it('is another one as soon as the window is over, and one for all who find it over at once', async () => {
    const [old] = await open(brought('a'), brought('b'));
    await elapse(0);
    const answers = (await Promise.all(Array.from({ length: 20 }, () => open(brought('b'), brought('a'))))).flat();
    expect(answers).toHaveLength(40);
    expect(new Set(answers.map(({ run }) => run)).size).toBe(2);
    expect(answers.map(({ run }) => run)).not.toContain(old?.run);
    expect((await runs()).map(({ state, over }) => `${state} ${over}`)).toEqual([
      'completed true',
      'completed true',
      'running false',
      'running false',
    ]);
  });

  it('is not opened for deliveries that came before, but for another that comes with them', async () => {
    const entry = { pipeline: 'a', key: '1', kind: 'updated' as const, version: null, priority: 0, changedFields: [] };
    await enqueueDeliveries(test.database, [{ connection: 'pim', id: 'd1', entries: [entry], related: [] }], new Map());
    const before = brought('a', { connection: 'pim', delivery: 'd1' });
    expect(await open(before)).toEqual([]);
    expect(await runs()).toEqual([]);
    expect(await open(before, brought('a', { connection: 'pim', delivery: 'd2' }))).toHaveLength(1);
    expect(
      await open(brought('b', { connection: 'other', delivery: 'd1' }), brought('c', { connection: 'pim', delivery: null })),
    ).toHaveLength(2);
  });

  it('is opened by a look at the deliveries in question, however many are remembered', async () => {
    await test.database.query(`INSERT INTO webhook_delivery (connection, delivery) SELECT 'many', n::text FROM generate_series(1, 5000) n`);
    await test.database.query('ANALYZE webhook_delivery');
    const explaining = {
      query: <Row extends object>(text: string, values: readonly unknown[] = []) => test.database.query<Row>(`EXPLAIN ${text}`, values),
    };
    const plan = JSON.stringify(await openEventRuns(explaining, [brought('a', { connection: 'many', delivery: '7' })], windowMs));
    expect(plan).toContain('webhook_delivery_pkey');
    expect(plan).not.toContain('Seq Scan on webhook_delivery');
  });

  it('is closed once its window has been over for a while, whoever opened it', async () => {
    await open(brought('a'));
    expect(await closeEventRuns(test.database, 0)).toBe(0);
    await elapse(1_000);
    expect(await closeEventRuns(test.database, 2_000)).toBe(0);
    expect(await closeEventRuns(test.database, 500)).toBe(1);
    expect(await runs()).toMatchObject([{ state: 'completed', over: true }]);
    expect(await closeEventRuns(test.database, 0)).toBe(0);
  });

  it('does not fail where nobody closes it, as that of a process which died does', async () => {
    await open(brought('a'));
    await test.database.query(`INSERT INTO sync_run (pipeline, kind, trigger) VALUES ('a', 'delta', 'schedule')`);
    await elapse(301_000);
    expect(await closeSilentRuns(test.database)).toBe(1);
    expect(await test.database.query('SELECT trigger, state, error IS NULL AS well FROM sync_run ORDER BY id')).toEqual([
      { trigger: 'event', state: 'completed', well: true },
      { trigger: 'schedule', state: 'failed', well: false },
    ]);
  });
});
