import { createTestDatabase, type TestDatabase } from '../../../../test/kit/database.js';
import { intervalOf } from '../interval-of.js';
import { readFreshness } from './freshness.js';
import { recordObjectives } from './objectives.js';

let test: TestDatabase;
let pipeline: string;
let pipelines = 0;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  pipeline = `p${(pipelines += 1)}`;
  await test.database.query('INSERT INTO pipeline_state (pipeline) VALUES ($1)', [pipeline]);
});

const want = (axis: 'time' | 'sequence' | 'none') =>
  recordObjectives(test.database, { pipeline, maxLagMs: 600_000, fullEveryMs: null, axis, owned: [] });
const run = (statement: string) => test.database.query(statement, [pipeline]);
const fresh = async () => {
  const found = (await readFreshness(test.database)).find((one) => one.pipeline === pipeline);
  return { lag: typeof found?.lagSeconds === 'number' ? Math.round(found.lagSeconds / 60) : null, isBehind: found?.isBehind };
};
const delta = (minutesAgo: number, state = 'completed') =>
  run(
    `INSERT INTO sync_run (pipeline, kind, trigger, state, started_at) VALUES ($1, 'delta', 'schedule', '${state}', now() - interval '${minutesAgo} min')`,
  );
const entry = (key: string, minutesAgo: number, cause: string, hold: number | null, state = 'ready') =>
  run(`INSERT INTO queue_entry (pipeline, entity_key, kind, cause, state, revision, claim_order, enqueued_at, hold)
       VALUES ($1, '${key}', 'updated', '${cause}', '${state}', 1, now(), now() - interval '${minutesAgo} min', ${hold})`);

describe('how far the shop is behind', () => {
  it('is the age of the last sync time, where that is a time', async () => {
    await want('time');
    expect(await fresh()).toEqual({ lag: null, isBehind: true });
    await run(`UPDATE pipeline_state SET last_sync = (extract(epoch FROM now()) * 1000)::bigint - 5 * 60000 WHERE pipeline = $1`);
    expect(await fresh()).toEqual({ lag: 5, isBehind: false });
    await run(`UPDATE pipeline_state SET last_sync = last_sync - 6 * 60000 WHERE pipeline = $1`);
    expect(await fresh()).toEqual({ lag: 11, isBehind: true });
  });

  it('is the age of the oldest change, or of the last delta, where positions are numbers', async () => {
    await want('sequence');
    expect(await fresh()).toEqual({ lag: null, isBehind: true });
    await run('UPDATE pipeline_state SET last_sync = 17 WHERE pipeline = $1');
    await delta(20, 'completed');
    await delta(3, 'completed');
    await delta(1, 'failed');
    expect(await fresh()).toEqual({ lag: 3, isBehind: false });
    // What a full pass queued waits longer, and says nothing of it; nor does what is dead.
    await entry('a', 60, 'full', null);
    await entry('b', 60, 'delta', 3, 'dead');
    expect(await fresh()).toEqual({ lag: 3, isBehind: false });
    await entry('c', 12, 'delta', 3, 'parked');
    expect(await fresh()).toEqual({ lag: 12, isBehind: true });
  });

  it('is the age of the oldest event, where only those come', async () => {
    await want('none');
    expect(await fresh()).toEqual({ lag: 0, isBehind: false });
    await entry('a', 4, 'event', null);
    expect(await fresh()).toEqual({ lag: 4, isBehind: false });
  });

  it('is nothing to worry about where nobody said how far it may be', async () => {
    await recordObjectives(test.database, { pipeline, maxLagMs: null, fullEveryMs: null, axis: 'time', owned: [] });
    expect(await fresh()).toEqual({ lag: null, isBehind: false });
  });
});

it('the time between two of a schedule is the shortest of the last ones', () => {
  const now = new Date('2026-11-21T12:00:00Z');
  expect(intervalOf({ everyMs: 5_000 }, now)).toBe(5_000);
  expect(intervalOf({ at: '0 3 * * *', timezone: 'UTC' }, now)).toBe(24 * 3_600_000);
  expect(intervalOf({ at: '0 3 * * mon,tue', timezone: 'UTC' }, now)).toBe(24 * 3_600_000);
});
