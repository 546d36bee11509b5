import type { Sql } from '../../database/sql.js';
import type { RelatedHint } from '../entry.js';
import { toJsonb } from './jsonb.js';

/** A hint that one process alone works on, for as long as its lease lasts. */
export interface TakenHint extends RelatedHint {
  readonly revision: number;
}

/** Takes hints that nobody has taken, or whose lease has run out, in the order in which they were told. */
export async function takeHints(sql: Sql, limit: number, leaseMs: number): Promise<TakenHint[]> {
  return sql.query<TakenHint>(
    `UPDATE related_hint SET taken_until = clock_timestamp() + $2 * interval '1 ms'
     WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM related_hint WHERE taken_until IS NULL OR taken_until <= clock_timestamp()
       ORDER BY revision LIMIT $1 FOR UPDATE SKIP LOCKED))
     RETURNING feed, key, revision`,
    [limit, leaseMs],
  );
}

/** Takes those away whose users are queued; one that was told again meanwhile stays. */
export async function dropHints(sql: Sql, hints: readonly TakenHint[]): Promise<void> {
  await sql.query(
    `DELETE FROM related_hint h USING (
       SELECT t.feed, t.key, t.revision FROM jsonb_to_recordset($1::jsonb) AS t(feed text, key text, revision bigint)) t
     WHERE h.feed = t.feed AND h.key = t.key AND h.revision = t.revision`,
    [toJsonb(hints)],
  );
}
