import type { Database } from '../../src/database/database.js';
import { claim } from '../../src/queue/sql/claim.js';
import { median, type BenchOptions, type Finding } from '../kit/bench.js';
import type { PrivateServer } from '../kit/private-server.js';
import { leaseMs, place } from './work.js';

/** Claims per second of a long queue, 50,000 leased entries in front of it, against those of a short one. */
export async function claimLatency(server: PrivateServer, { tiny, say }: BenchOptions): Promise<Finding> {
  const short = await prepared(server, tiny ? 2_000 : 10_000, 0);
  const long = await prepared(server, tiny ? 10_000 : 1_000_000, tiny ? 1_000 : 50_000);
  const rounds = tiny ? 2 : 15;
  const times: { short: number[]; long: number[] } = { short: [], long: [] };
  // By turns, and each claim is given back: the next one finds the queue as this one did.
  for (let round = 0; round < rounds; round += 1) {
    times.short.push(await timeClaim(short));
    times.long.push(await timeClaim(long));
  }
  const counts = await Promise.all([short, long].map(leasedByUs));
  await short.close();
  await long.close();
  const [reference, measured] = [1000 / median(times.short), 1000 / median(times.long)];
  say(`a claim of ${place.size}: ${(1000 / reference).toFixed(1)} ms of a short queue, ${(1000 / measured).toFixed(1)} ms of a long one`);
  return {
    name: 'claim, a million entries against ten thousand',
    unit: 'claims/s',
    reference,
    measured,
    ratio: measured / reference,
    // At most one and a half times as long.
    goal: 1 / 1.5,
    equal: counts.every((count) => count === 0),
    notes: [],
  };
}

async function prepared(server: PrivateServer, entries: number, leased: number): Promise<Database> {
  const database = await server.fresh();
  await database.query('INSERT INTO pipeline_state (pipeline, mapping) VALUES ($1, 1)', [place.pipeline]);
  await database.query(
    `INSERT INTO queue_entry (pipeline, entity_key, kind, state, cause, revision, claim_order, version, version_order, hold, token, leased_by, leased_until)
     SELECT $1, md5(n::text), 'updated', CASE WHEN n <= $3 THEN 'leased' ELSE 'ready' END, 'delta', n, now() - ($2 - n) * interval '1 ms', '1', 1, n,
            CASE WHEN n <= $3 THEN n END, CASE WHEN n <= $3 THEN 'other' END, CASE WHEN n <= $3 THEN now() + interval '1 h' END
     FROM generate_series(1, $2::int) AS n`,
    [place.pipeline, entries, leased],
  );
  await database.query(`SELECT setval('revision_seq', 2000000), setval('token_seq', 2000000)`);
  await database.query('VACUUM ANALYZE queue_entry');
  return database;
}

async function timeClaim(database: Database): Promise<number> {
  const started = performance.now();
  const { entries } = await claim(database, { pipeline: place.pipeline, worker: 'us', leaseMs, limit: place.size, mapping: 1 });
  const ms = performance.now() - started;
  if (entries.length !== place.size) throw new Error(`${entries.length} entries were claimed`);
  await database.query(
    `UPDATE queue_entry SET state = 'ready', token = NULL, leased_by = NULL, leased_until = NULL WHERE pipeline = $1 AND leased_by = 'us'`,
    [place.pipeline],
  );
  await database.query('VACUUM queue_entry');
  return ms;
}

async function leasedByUs(database: Database): Promise<number> {
  const [row] = await database.query<{ count: number }>(`SELECT count(*) AS count FROM queue_entry WHERE leased_by = 'us'`);
  return row?.count ?? NaN;
}
