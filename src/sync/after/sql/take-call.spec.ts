import { createTestDatabase, type TestDatabase } from '../../../../test/kit/database.js';
import { enqueueDeliveries } from '../../../queue/sql/enqueue-deliveries.js';
import { closeCall, takeCall } from './take-call.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(() => test.database.query('DELETE FROM sync_run'));

const leaseMs = 60_000;
const take = (pipelines: readonly string[] = ['products']) => takeCall(test.database, pipelines, leaseMs);

/** A run that ended so many seconds ago, two entries opened, and so many of them delivered. */
async function aRun({
  endedAgo = 5,
  settled = 2,
  written = 1,
  state = 'completed',
}: { endedAgo?: number; settled?: number; written?: number; state?: string } = {}): Promise<number> {
  const counts = JSON.stringify({ enqueued: 2, settled, documents: { written, takenDown: 0 } });
  const [row] = await test.database.query<{ id: number }>(
    `INSERT INTO sync_run (pipeline, kind, trigger, state, started_at, finished_at, counted_at, counts, after_state)
     VALUES ('products', 'delta', 'schedule', $1, now() - interval '1 h', now() - $2 * interval '1 s', now() - $2 * interval '1 s', $3::jsonb, 'due')
     RETURNING id`,
    [state, endedAgo, counts],
  );
  return row?.id ?? 0;
}

const stateOf = async (run: number): Promise<string | undefined> =>
  (await test.database.query<{ state: string }>('SELECT after_state AS state FROM sync_run WHERE id = $1', [run]))[0]?.state;

describe('what is to be called after a run', () => {
  it('is called once what the run opened is delivered, and after a quarter of an hour at the latest', async () => {
    await aRun({ state: 'running' });
    await aRun({ settled: 1 });
    expect(await take()).toBeNull();
    const late = await aRun({ settled: 1, endedAgo: 1_000 });
    expect(await take()).toMatchObject({ run: late, attempt: 1 });
    const delivered = await aRun();
    expect(await take(['others'])).toBeNull();
    expect(await take()).toMatchObject({ run: delivered, counts: { documents: { written: 1 } } });
  });

  it('is called for a run that failed, and for none that changed nothing', async () => {
    const [quiet, failed] = [await aRun({ written: 0 }), await aRun({ state: 'failed' })];
    expect(await take()).toMatchObject({ run: failed, state: 'failed' });
    expect(await stateOf(quiet)).toBe('nothing');
  });

  it('is taken by one process, and by another once that one has died over it', async () => {
    const run = await aRun();
    const both = await Promise.all([take(), take()]);
    expect(both.filter((one) => one !== null)).toHaveLength(1);
    await test.database.query('UPDATE sync_run SET after_at = now()');
    const taken = await take();
    expect(taken).toMatchObject({ run, attempt: 2 });
    // The first was only slow: that it failed says nothing of the second try, that it was heard ends both.
    await closeCall(test.database, { run, attempt: 1 }, { kind: 'given-up', error: 'late' });
    expect(await stateOf(run)).toBe('due');
    await closeCall(test.database, { run, attempt: 1 }, { kind: 'called' });
    expect(await stateOf(run)).toBe('called');
    await closeCall(test.database, { run, attempt: 2 }, { kind: 'again', afterMs: 1, error: 'twice' });
    expect(await stateOf(run)).toBe('called');
  });

  it('is called again where entries came to the run while it was called', async () => {
    const run = await aRun();
    expect(await take()).toMatchObject({ run, attempt: 1 });
    const entries = [{ pipeline: 'products', key: 'late', kind: 'updated' as const, version: null, priority: 0, changedFields: [] }];
    await enqueueDeliveries(test.database, [{ connection: 'pim', id: null, entries, related: [] }], new Map([['products', run]]));
    await closeCall(test.database, { run, attempt: 1 }, { kind: 'called' });
    expect(await stateOf(run)).toBe('due');
    // Once they are delivered.
    await test.database.query(`UPDATE sync_run SET after_at = now(), counted_at = now() - interval '5 s'`);
    expect(await take()).toBeNull();
    await test.database.query(`UPDATE sync_run SET counts = counts || '{"settled": 3}'`);
    const again = await take();
    expect(again).toMatchObject({ run, attempt: 1 });
    await closeCall(test.database, { run, attempt: 1 }, { kind: 'called' });
    expect(await stateOf(run)).toBe('called');
  });
});
