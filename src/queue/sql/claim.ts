import type { Sql } from '../../database/sql.js';
import type { ClaimedEntry } from '../entry.js';
import { isPaused } from './is-paused.js';

export interface ClaimRequest {
  readonly pipeline: string;
  readonly worker: string;
  readonly leaseMs: number;
  readonly limit: number;
  /** Number of the mapping this worker has loaded. */
  readonly mapping: number;
  /** Token of a trial, which lets it claim from behind an open breaker. */
  readonly trial?: number;
}

/** Of the target's breaker: it counts failures, it is open, it is open and a trial is due; null: nothing is known against it. */
export type BreakerSeen = 'failing' | 'open' | 'due' | null;

export interface Claimed {
  /** From read_seq: whatever is read after this statement is at least as fresh as everything committed before it. */
  readonly readNumber: number;
  readonly breaker: BreakerSeen;
  /** In the order of claiming. None does not mean that the queue is empty: rows that were being changed are passed over (rule 24). */
  readonly entries: readonly ClaimedEntry[];
}

/**
 * Written with ctid = ANY(ARRAY(...)): as a join on the primary key it is planned as a hash join over the
 * whole queue. With 1,000,000 entries and 50,000 leased ones in front, a claim of 500 looks at 1,001 rows and
 * takes 8 ms (plans.spec.ts).
 *
 * `head` is the first entry nobody holds. One that lost a lease before runs alone (rule 20); behind one
 * that did not, those that did are left out.
 *
 * The limit stands in the text: as a parameter it made the planner plan each claim anew.
 *
 * It tells how the target's breaker stands, so that nobody has to ask for that (ADR 19).
 */
const statementOf = (limit: number): string => `
  WITH allowed AS MATERIALIZED (
    SELECT t.opened_at IS NULL OR t.trial = $5::bigint AS ok,
           CASE WHEN t.opened_at IS NULL THEN CASE WHEN t.failures > 0 THEN 'failing' END
                WHEN t.next_trial_at <= clock_timestamp() AND coalesce(t.trial_until <= clock_timestamp(), true) THEN 'due' ELSE 'open' END AS breaker
    FROM pipeline_state p LEFT JOIN connection_state t ON t.connection = p.target_connection
    WHERE p.pipeline = $1 AND p.mapping = $4 AND NOT ${isPaused('p')}
  ),
  head AS MATERIALIZED (
    SELECT q.ctid, q.losses FROM queue_entry q
    WHERE (SELECT ok FROM allowed) AND q.pipeline = $1 AND q.state = 'ready'
    ORDER BY q.claim_order, q.entity_key
    LIMIT 1 FOR UPDATE SKIP LOCKED
  ),
  batch AS MATERIALIZED (
    SELECT q.ctid FROM queue_entry q
    WHERE (SELECT losses FROM head) = 0 AND q.pipeline = $1 AND q.state = 'ready' AND q.losses = 0
    ORDER BY q.claim_order, q.entity_key
    LIMIT ${limit} FOR UPDATE SKIP LOCKED
  ),
  claimed AS (
    UPDATE queue_entry e SET
      state = 'leased', token = nextval('token_seq'), leased_by = $2, leased_until = clock_timestamp() + $3 * interval '1 ms',
      hold = LEAST(e.hold, e.next_hold), next_hold = NULL
    WHERE e.ctid = ANY(ARRAY(SELECT ctid FROM batch UNION SELECT ctid FROM head))
    RETURNING e.*
  )
  SELECT n.number AS "readNumber", n.breaker, c.entity_key AS key, c.kind, c.cause, c.revision, c.token, c.version, c.version_order AS "versionOrder",
         nullif(c.changed_fields, '{}') AS "changedFields", c.attempts, c.losses, c.proof, coalesce(c.removal_grant = c.revision, false) AS granted,
         extract(epoch FROM clock_timestamp() - c.stale_since) * 1000 AS "staleSinceMs", c.run
  FROM (SELECT nextval('read_seq') AS number, (SELECT breaker FROM allowed) AS breaker) n LEFT JOIN claimed c ON true
  ORDER BY c.claim_order, c.entity_key`;

type Row = Omit<ClaimedEntry, 'pipeline' | 'key' | 'changedFields' | 'staleSinceMs'> & {
  readonly readNumber: number;
  readonly breaker: BreakerSeen;
  readonly key: string | null;
  readonly changedFields: readonly string[] | null;
  readonly staleSinceMs: string | null;
};

/**
 * Leases up to `limit` ready entries of a pipeline, in stored order, to a worker that has the current
 * mapping (rule 16), unless it, its target or its source is paused, or the target's breaker is open; one alone where it lost a lease before. Each gets a token of its own.
 */
export async function claim(sql: Sql, request: ClaimRequest): Promise<Claimed> {
  const { pipeline, worker, leaseMs, limit, mapping, trial = null } = request;
  const rows = await sql.query<Row>(statementOf(Math.max(0, Math.trunc(limit))), [pipeline, worker, leaseMs, mapping, trial]);
  return {
    readNumber: rows[0]?.readNumber ?? 0,
    breaker: rows[0]?.breaker ?? null,
    entries: rows.flatMap((row) => asEntry(row, pipeline)),
  };
}

/** Column by column: copying the rest of a row costs as much as the claim of it. */
function asEntry(row: Row, pipeline: string): ClaimedEntry[] {
  const { key, staleSinceMs } = row;
  if (key === null) return [];
  return [
    {
      pipeline,
      key,
      kind: row.kind,
      cause: row.cause,
      revision: row.revision,
      token: row.token,
      version: row.version,
      versionOrder: row.versionOrder,
      changedFields: row.changedFields ?? [],
      attempts: row.attempts,
      losses: row.losses,
      proof: row.proof,
      granted: row.granted,
      staleSinceMs: staleSinceMs === null ? null : Math.round(Number(staleSinceMs)),
      run: row.run,
    },
  ];
}
