import type { Sql } from '../../database/sql.js';

/**
 * Nothing that was read or told before a deletion arrives later than this: deliveries of events are remembered at least as long
 * (`queue/sql/forget-deliveries.ts`), and a send nobody waits for any more reaches the shop within minutes (rule 19).
 */
const longestWindowMs = 7 * 86_400_000;

export interface Tombstones {
  readonly pipeline: string;
  /** Run id of a full pass that is complete. */
  readonly pass: number;
  /** How far deltas read back. */
  readonly overlapMs: number;
}

/**
 * Rule 12: a tombstone goes once a full pass that began after it is complete, and every window has passed. Answers how many went.
 * What is disabled or archived still stands in the shop, and is no tombstone. Neither is what holds a rejection (rule 17), what is
 * in doubt or to be verified, and what has an entry, whatever its state.
 */
export async function forgetTombstones(sql: Sql, { pipeline, pass, overlapMs }: Tombstones): Promise<number> {
  const rows = await sql.query(
    `DELETE FROM mirror_document WHERE ctid = ANY(ARRAY(
       SELECT m.ctid FROM mirror_document m
       WHERE m.pipeline = $1 AND m.state = 'gone' AND m.taken_down = 'delete'
         AND NOT m.in_doubt AND m.verify_at IS NULL AND m.rejected_hash IS NULL
         AND GREATEST(m.sent_at, m.acknowledged_at) < (SELECT started_at FROM sync_run WHERE id = $2 AND pipeline = $1)
         AND GREATEST(m.sent_at, m.acknowledged_at) < clock_timestamp() - $3 * interval '1 ms'
         AND NOT EXISTS (SELECT 1 FROM queue_entry e WHERE e.pipeline = $1 AND e.entity_key = m.entity_key)
       ORDER BY m.document_key FOR UPDATE SKIP LOCKED))
     RETURNING 1 AS forgotten`,
    [pipeline, pass, Math.max(longestWindowMs, overlapMs)],
  );
  return rows.length;
}
