import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import type { Log } from '../../logging/log.js';
import { silentLog } from '../../logging/log.js';
import { keepHouse } from './keep-house.js';

let test: TestDatabase;

beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const keepDays = { runs: 90, errors: 90, history: 90, deliveries: 7, audit: 400 };
const round = (owner: string, log: Log = silentLog) => keepHouse({ sql: test.database, log, owner }, keepDays);
const run = (statement: string): Promise<unknown> => test.database.query(statement);
const ids = async (table: string): Promise<number[]> =>
  (await test.database.query<{ id: number }>(`SELECT id FROM ${table} ORDER BY id`)).map(({ id }) => id);
const ago = (days: number): string => `now() - interval '${days} days'`;

const anError = (key: string, days: number, count = 1): string =>
  `INSERT INTO sync_error (time, pipeline, entity_key, stage, severity, code, message, fingerprint)
   SELECT ${ago(days)}, 'products', '${key}', 'map', 'error', 'c', 'm', 'f' FROM generate_series(1, ${count})`;
const anEntry = (key: string, state: string, run: number | null = null): string =>
  `INSERT INTO queue_entry (pipeline, entity_key, kind, state, cause, revision, claim_order, run) VALUES ('products', '${key}', 'updated', '${state}', 'delta', 1, now(), ${run})`;
const aRun = (kind: string, days: number, state = 'completed'): string =>
  `INSERT INTO sync_run (pipeline, kind, trigger, state, started_at) VALUES ('products', '${kind}', 'schedule', '${state}', ${ago(days)})`;

describe('the daily round', () => {
  it('removes errors that are old enough, however many, but not why an entry waits for a person', async () => {
    for (const statement of [
      anError('dead-1', 200, 2),
      anError('gone', 200, 12_000),
      anError('ready-1', 200),
      anError('gone', 80),
      anEntry('dead-1', 'dead'),
      anEntry('ready-1', 'ready'),
    ])
      await run(statement);
    expect(await round('a')).toMatchObject({ sync_error: 12_001 });
    expect(await ids('sync_error')).toEqual([1, 2, 12_004]);
  });

  it('removes runs that are old enough, but none that something still refers to', async () => {
    const old = [
      aRun('delta', 200),
      aRun('delta', 200, 'running'),
      aRun('delta', 200),
      aRun('delta', 200),
      aRun('full', 200),
      aRun('full', 100),
    ];
    for (const statement of [...old, aRun('delta', 80), aRun('full', 200), aRun('sweep', 200), aRun('delta', 200)]) await run(statement);
    await run(anEntry('open', 'parked', 3));
    await run(`INSERT INTO feed_cursor (feed, cursor) VALUES ('products/full', '{"pass": 5}'), ('pim/product', NULL), ('other', '"text"')`);
    await run(`INSERT INTO pipeline_state (pipeline, last_pass) VALUES ('products', 6)`);
    await run(`INSERT INTO held_removal (pipeline, run, state) VALUES ('products', 4, 'held')`);
    expect(await round('a')).toMatchObject({ sync_run: 1 });
    // The newest of each kind, for whoever asks how the last one went: 8, 9, 10.
    expect(await ids('sync_run')).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('spares the newest that somebody asked for beside the newest that events made', async () => {
    const ofEvents = (days: number): string =>
      `INSERT INTO sync_run (pipeline, kind, trigger, state, started_at) VALUES ('products', 'partial', 'event', 'completed', ${ago(days)})`;
    for (const statement of [aRun('partial', 200), aRun('partial', 199), ofEvents(198), ofEvents(197)]) await run(statement);
    expect(await round('a')).toMatchObject({ sync_run: 2 });
    expect(await ids('sync_run')).toEqual([2, 4]);
  });

  it('removes what people did, what is over, and deliveries, each after its own time', async () => {
    await run(
      `INSERT INTO audit_log (time, actor, action, target) VALUES (${ago(401)}, 'user a', 'pause', 'p'), (${ago(399)}, 'user a', 'pause', 'p')`,
    );
    await run(`INSERT INTO incident (kind, fingerprint, message, state, last_at)
               VALUES ('k', 'a', 'm', 'open', ${ago(200)}), ('k', 'b', 'm', 'closed', ${ago(200)}), ('k', 'c', 'm', 'closed', ${ago(1)})`);
    await run(
      `INSERT INTO held_removal (pipeline, state, created_at) VALUES ('products', 'held', ${ago(200)}), ('products', 'released', ${ago(200)})`,
    );
    await run(
      `INSERT INTO webhook_delivery (connection, delivery, received_at) SELECT 'pim', i::text, ${ago(8)} FROM generate_series(1, 6000) i`,
    );
    await run(`INSERT INTO webhook_delivery (connection, delivery, received_at) VALUES ('pim', 'young', ${ago(6)})`);
    for (const days of [100, 80])
      await run(
        `INSERT INTO document_history (time, connection, document_key, pipeline, entity_key, mapping, send_number, state, hash, whole)
         SELECT ${ago(days)}, 'shop', 'd', 'products', 'a', 1, 1, 'live', 'h', true`,
      );
    await run(`INSERT INTO run_request (pipeline, kind, state, requested_by, requested_at)
               VALUES ('products', 'full', 'done', 'key a', ${ago(91)}), ('products', 'full', 'running', 'key a', ${ago(91)}), ('products', 'delta', 'done', 'key a', ${ago(1)})`);
    await run(
      `INSERT INTO idempotency_key (actor, key, fingerprint, request, expires_at) VALUES ('key a', 'old', 'f', 1, ${ago(1)}), ('key a', 'new', 'f', 3, now() + interval '1 h')`,
    );
    // Sent; yet to be sent; told of what is open; of what is over and was forgotten.
    await run(`INSERT INTO alert_message (key, incident, kind, channel, content, state, created_at) VALUES
               ('a', NULL, 'daily', 'team', '{}', 'sent', ${ago(8)}), ('b', NULL, 'daily', 'team', '{}', 'due', ${ago(8)}),
               ('c', 1, 'opened', 'team', '{}', 'sent', ${ago(8)}), ('d', 99, 'opened', 'team', '{}', 'sent', ${ago(8)}), ('e', 99, 'opened', 'team', '{}', 'sent', ${ago(6)})`);
    await run(`INSERT INTO alert_mute (kind, until, muted_by) VALUES ('lag', ${ago(8)}, 'user a'), ('lag', ${ago(6)}, 'user a')`);
    const told: unknown[] = [];
    await round('a', { ...silentLog, info: (message, data) => told.push([message, data]) });
    const rows = {
      sync_error: 0,
      held_removal: 1,
      alert_message: 2,
      alert_mute: 1,
      incident: 1,
      document_history: 1,
      sync_run: 0,
      run_request: 1,
      audit_log: 1,
      webhook_delivery: 6_000,
    };
    expect(told).toEqual([['what is no longer needed was removed', { day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string, rows }]]);
    expect([await ids('audit_log'), await ids('incident'), await ids('held_removal')]).toEqual([[2], [1, 3], [1]]);
    expect([await ids('run_request'), await ids('alert_message')]).toEqual([
      [2, 3],
      [2, 3, 5],
    ]);
    expect(await test.database.query('SELECT key FROM idempotency_key')).toEqual([{ key: 'new' }]);
    expect(await test.database.query('SELECT delivery FROM webhook_delivery')).toEqual([{ delivery: 'young' }]);
  });

  it('is made once a day by whichever process comes first, and taken over where that has died', async () => {
    const rounds = await Promise.all(['a', 'b', 'c'].map((owner) => round(owner)));
    expect(rounds.filter((one) => one !== null)).toHaveLength(1);
    await run(`UPDATE housekeeping SET finished_at = NULL`);
    expect(await round('d')).toBeNull();
    await run(`UPDATE housekeeping SET leased_until = now() - interval '1 second'`);
    expect(await round('d')).not.toBeNull();
    await run(`UPDATE housekeeping SET day = day - 1`);
    expect(await round('e')).not.toBeNull();
    expect(await test.database.query('SELECT owner FROM housekeeping ORDER BY day')).toEqual([{ owner: 'd' }, { owner: 'e' }]);
  });
});
