import { alertsConfig } from '../../../test/kit/alerts/index.js';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { silentLog } from '../../logging/log.js';
import type { PipelineFile } from '../../mapping/pipeline-file.js';
import { dueRun, skippedSlots } from '../../sync/schedules/due-run.js';
import { lookForIncidents } from '../look-for-incidents.js';
import { rules } from './index.js';
import { troublesomeReasons } from './schedule-skipped.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const tables = [
  'incident',
  'alert_round',
  'queue_entry',
  'sync_error',
  'sync_run',
  'schedule_slot',
  'held_removal',
  'connection_state',
  'pipeline_state',
];

beforeEach(async () => {
  for (const table of tables) await test.database.query(`DELETE FROM ${table}`);
  await run(
    `INSERT INTO pipeline_state (pipeline, last_full_sync, source_connection, target_connection) VALUES ('products', now() - interval '9 days', 'pim', 'shop')`,
  );
});

const run = (statement: string): Promise<unknown> => test.database.query(statement);
const ago = (minutes: number): string => `now() - interval '${minutes} min'`;
const aRun = (kind: string, state: string, minutesAgo: number, counts = '{}', error = 'NULL'): string =>
  `INSERT INTO sync_run (pipeline, kind, trigger, state, started_at, finished_at, counts, error)
   VALUES ('products', '${kind}', 'schedule', '${state}', ${ago(minutesAgo)}, ${ago(minutesAgo)}, '${counts}', ${error})`;
const entries = (state: string, count: number, minutesAgo: number): string =>
  `INSERT INTO queue_entry (pipeline, entity_key, kind, state, cause, revision, claim_order, enqueued_at)
   SELECT 'products', '${state}-' || n, 'updated', '${state}', 'delta', n, now(), ${ago(minutesAgo)} FROM generate_series(1, ${count}) n`;
const aTrouble = (connection: string, trouble: string, minutesAgo: number): string =>
  `INSERT INTO connection_state (connection, trouble, trouble_message, trouble_since, trouble_at) VALUES ('${connection}', '${trouble}', 'no answer', ${ago(minutesAgo)}, now())`;
const frozen = (minutesAgo: number): string =>
  `INSERT INTO connection_state (connection, frozen_by, frozen_at) VALUES ('shop', 'user a', ${ago(minutesAgo)})`;
const aSlot = (kind: string, minutesAgo: number, reason: string, skipped = 1): string =>
  `INSERT INTO schedule_slot (pipeline, kind, slot, state, reason, skipped) VALUES ('products', '${kind}', ${ago(minutesAgo)}, 'skipped', '${reason}', ${skipped})`;
/** A full pass that was looked at twice, 100 of so many records being through after half a minute. */
const aPass = (minutesAgo: number, total: number, kind = 'full'): string =>
  `WITH scheduled AS (UPDATE pipeline_state SET full_every_ms = 3600000)
   INSERT INTO sync_run (pipeline, kind, trigger, state, started_at, progress)
   SELECT 'products', '${kind}', 'schedule', 'running', ${ago(minutesAgo)}, jsonb_build_object('listed', 100, 'total', ${total}, 'complete', false, 'samples',
     jsonb_build_array(jsonb_build_object('at', floor(t.ms - 30000), 'done', 0), jsonb_build_object('at', floor(t.ms - 5000), 'done', 90)))
   FROM (SELECT extract(epoch FROM now()) * 1000 AS ms) t`;
const days = (seen: (ago: number) => number): string[] =>
  Array.from({ length: 9 }, (_, day) => aRun('delta', 'completed', day * 1_440 + 10, `{"seen": ${seen(day)}}`));

/** What is open after a look at everything. */
async function found(folders: readonly string[] = [], host = 'here', file: object = {}): Promise<string[]> {
  await run(`UPDATE alert_round SET next_at = now() - interval '1 min'`);
  const pipelines = [{ data: { pipeline: 'products', delta: { every: 60_000 } } } as unknown as PipelineFile];
  await lookForIncidents({ sql: test.database, log: silentLog, config: alertsConfig(file), rules, pipelines, host, folders });
  const rows = await test.database.query<{ fingerprint: string }>(
    `SELECT fingerprint FROM incident WHERE state = 'open' ORDER BY fingerprint`,
  );
  return rows.map(({ fingerprint }) => fingerprint);
}

describe('each rule', () => {
  const recent = aRun('delta', 'completed', 1, '{"seen": 1}');
  it.each<[string, string[], string[]]>([
    ['nothing where all is well', [recent], []],
    [
      'deltas that fail one after the other',
      [recent, ...[3, 2, 1].map((at) => aRun('delta', 'failed', at, '{}', `'boom'`))],
      ['run_failed products delta'],
    ],
    ['not two of them', [recent, ...[2, 1].map((at) => aRun('delta', 'failed', at))], []],
    ['not what one was completed after', [...[4, 3, 2].map((at) => aRun('delta', 'failed', at)), recent], []],
    ['a full pass that failed, the first one too', [recent, aRun('initial', 'failed', 1)], ['run_failed products full']],
    [
      'what does not take the call after runs, after some tries',
      [recent, `UPDATE sync_run SET after_state = 'due', after_attempts = 5, after_error = 'it answered 503'`],
      ['after_call_failed products'],
    ],
    [
      'not the first refusal of it',
      [recent, `UPDATE sync_run SET after_state = 'due', after_attempts = 1, after_error = 'it answered 503'`],
      [],
    ],
    ['a connection that refuses us, at once', [recent, aTrouble('shop', 'unauthorized', 0)], ['connection_unauthorized shop']],
    ['a connection that does not answer, after a while', [recent, aTrouble('shop', 'unavailable', 6)], ['connection_down shop']],
    [
      'a shop that gets nothing but trials, though it can be read',
      [
        recent,
        `INSERT INTO connection_state (connection, failures, failure, opened_at, next_trial_at) VALUES ('shop', 5, '503', ${ago(6)}, now())`,
      ],
      ['connection_down shop'],
    ],
    ['not a moment without an answer', [recent, aTrouble('shop', 'unavailable', 1)], []],
    [
      'of what follows from it nothing',
      [
        aTrouble('shop', 'unavailable', 60),
        entries('ready', 20, 90),
        aRun('full', 'failed', 1),
        aRun('delta', 'completed', 90, '{"seen": 1}'),
      ],
      ['connection_down shop'],
    ],
    [
      'what was paused, and forgotten',
      [recent, `UPDATE pipeline_state SET paused = true, paused_by = 'user a', paused_at = ${ago(1_500)}`],
      ['paused_for_long pipeline products'],
    ],
    ['a shop that was frozen, and forgotten', [recent, frozen(1_500)], ['paused_for_long freeze shop']],
    [
      'not how far a frozen shop is behind: it is meant to be',
      [
        recent,
        frozen(30),
        `UPDATE pipeline_state SET max_lag_ms = 600000, axis = 'time', last_sync = extract(epoch FROM ${ago(11)}) * 1000`,
      ],
      [],
    ],
    [
      'many that fail',
      [aRun('delta', 'completed', 1, '{"seen": 1, "settled": 40, "unchanged": 0, "removed": 0, "dead": 5, "retried": 10}')],
      ['error_rate products'],
    ],
    [
      'not a few',
      [aRun('delta', 'completed', 1, '{"seen": 1, "settled": 400, "unchanged": 0, "removed": 0, "dead": 5, "retried": 10}')],
      [],
    ],
    ['what waits for too long', [recent, entries('ready', 3, 61)], ['lag products']],
    ['not what waits for a little, or for a person', [recent, entries('ready', 3, 59), entries('absent', 3, 600)], []],
    [
      'what is further behind than its file allows',
      [recent, `UPDATE pipeline_state SET max_lag_ms = 600000, axis = 'time', last_sync = extract(epoch FROM ${ago(11)}) * 1000`],
      ['lag products'],
    ],
    [
      'not what is within it',
      [
        recent,
        entries('ready', 1, 600),
        `UPDATE pipeline_state SET max_lag_ms = 600000, axis = 'time', last_sync = extract(epoch FROM ${ago(9)}) * 1000`,
      ],
      [],
    ],
    ['a schedule without a run that was completed', [aRun('delta', 'completed', 20, '{"seen": 1}')], ['no_success products delta']],
    [
      'a day without a change, after so many with some',
      [...days((day) => (day === 0 ? 0 : 5)), aRun('delta', 'completed', 1, '{"seen": 0}')],
      ['no_changes products delta'],
    ],
    ['not where that happens', [...days((day) => (day % 3 === 0 ? 0 : 5)), aRun('delta', 'completed', 1, '{"seen": 0}')], []],
    [
      'a sweep that sees nothing',
      [recent, ...[40, 30, 20].map((at) => aRun('sweep', 'completed', at, '{"seen": 9}')), aRun('sweep', 'completed', 10, '{"seen": 0}')],
      ['no_changes products sweep'],
    ],
    [
      'times that nobody was there for',
      [recent, aSlot('delta', 5, 'no process looked while it was due', 12), aSlot('full', 600, 'the one before is still running')],
      ['schedule_skipped products delta', 'schedule_skipped products full'],
    ],
    ['a full pass that is not through before the next is due', [recent, aPass(20, 100_000)], ['pass_outlasts products']],
    ['one that has run for that long, whatever is left', [recent, aPass(61, 100)], ['pass_outlasts products']],
    ['not by the rate of its first minutes', [recent, aPass(5, 100_000)], []],
    ['not one that is through in time', [recent, aPass(20, 1_000)], []],
    ['not a first load', [recent, aPass(20, 100_000, 'initial')], []],
    ['not what was wanted so', [recent, aSlot('full', 600, 'blackout'), aSlot('delta', 5, 'blackout', 100)], []],
  ])('finds %s', async (_, setup, expected) => {
    for (const statement of setup) await run(statement);
    expect(await found()).toEqual(expected);
  });

  it('finds a disk that is nearly full, of its own machine, and ends none of another', async () => {
    await run(aRun('delta', 'completed', 1, '{"seen": 1}'));
    const full = { rules: { disk: { megabytes: 1_000_000_000 } } };
    expect(await found(['.', '/is/not/there'], 'a', full)).toEqual(['disk a .']);
    await run(`UPDATE incident SET last_at = ${ago(10)}`);
    expect(await found(['.'], 'b')).toEqual(['disk a .']);
    expect(await found(['.'], 'a')).toEqual([]);
  });

  it('finds a queue that grows, over looks of whatever processes', async () => {
    await run(aRun('delta', 'completed', 1, '{"seen": 1}'));
    const small = { rules: { queue_growing: { entries: 2, for: '10m' }, lag: { on: false } } };
    expect(await found([], 'here', small)).toEqual([]);
    const grown = Array.from({ length: 11 }, (_, at) => [Date.now() - (11 - at) * 60_000, at]);
    await run(`UPDATE alert_round SET memory = '${JSON.stringify({ products: grown })}' WHERE rule = 'queue_growing'`);
    await run(entries('ready', 12, 1));
    expect(await found([], 'here', small)).toEqual(['queue_growing products']);
  });

  it('says more of removals that are held, and neither opens nor ends what the flow does', async () => {
    await run(aRun('delta', 'completed', 1, '{"seen": 1}'));
    await run(`INSERT INTO held_removal (id, pipeline, state, reason, held_at) VALUES (7, 'products', 'held', 'more than 200', now())`);
    await run(
      `INSERT INTO queue_entry (pipeline, entity_key, kind, state, cause, revision, claim_order, removal_set) VALUES ('products', 'a', 'deleted', 'held', 'full', 1, now(), 7)`,
    );
    expect(await found()).toEqual([]);
    await run(
      `INSERT INTO incident (kind, pipeline, fingerprint, message) VALUES ('removals_held', 'products', 'removals_held products', 'more than 200')`,
    );
    await found();
    const [incident] = await test.database.query(`SELECT severity, details FROM incident`);
    expect(incident).toMatchObject({
      severity: 'critical',
      details: { many: 1, next: expect.stringContaining('queue release 7 --expect 1') as string },
    });
    await run(`DELETE FROM queue_entry`);
    await run(`UPDATE incident SET last_at = ${ago(10)}`);
    expect(await found()).toEqual(['removals_held products']);
  });

  it('that is switched off ends what it found, and a rule that fails keeps no other from being looked at', async () => {
    await run(aRun('delta', 'completed', 1, '{"seen": 1}'));
    await run(entries('dead', 20, 1));
    await run(entries('ready', 1, 90));
    expect(await found()).toEqual(['dead_letters products unknown', 'lag products']);
    expect(await found([], 'here', { rules: { lag: { on: false } } })).toEqual(['dead_letters products unknown']);
    await run(`ALTER TABLE schedule_slot RENAME TO elsewhere`);
    const failed: unknown[] = [];
    await run(`UPDATE alert_round SET next_at = now() - interval '1 min'`);
    const log = { ...silentLog, error: (_message: string, data?: Readonly<Record<string, unknown>>) => failed.push(data?.kind) };
    await lookForIncidents({ sql: test.database, log, config: alertsConfig({}), rules, pipelines: null, host: 'h', folders: [] });
    await run(`ALTER TABLE elsewhere RENAME TO schedule_slot`);
    expect(failed).toEqual(['schedule_skipped']);
  });
});

it('knows the reasons that schedules give', () => {
  const now = new Date('2026-11-21T12:00:00Z');
  const every = { everyMs: 60_000, jitterMs: 0 };
  const running = {
    kind: 'delta' as const,
    slot: new Date('2026-11-21T11:50:00Z'),
    state: 'running' as const,
    attempts: 1,
    lapsed: false,
    finishedAt: null,
  };
  const known = { now, lastFullSync: now, slots: [running], accounted: { delta: running.slot } };
  const schedules = { delta: every };
  const reasons = skippedSlots(schedules, known, dueRun(schedules, known)).map(({ reason }) => reason);
  expect(reasons).toEqual(troublesomeReasons);
});
