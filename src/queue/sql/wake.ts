import type { Sql } from '../../database/sql.js';

export interface Woken {
  /** Waiting and parked entries that were due. */
  readonly due: number;
  /** Entries whose lease had run out, ready again. */
  readonly lost: number;
  /** Entries that lost their lease alone for the second time: dead. */
  readonly dead: number;
}

/**
 * Compares with now(), which an index can be asked for, and not with clock_timestamp(), which it cannot.
 *
 * A lease lost while the entry ran alone tells of the entry; one lost in company tells of nobody in particular (rule 20).
 */
const statement = `
  WITH due AS (
    UPDATE queue_entry SET state = 'ready', due_at = NULL
    WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM queue_entry WHERE state IN ('waiting', 'parked') AND due_at <= now()
      ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED))
    RETURNING 1
  ),
  -- The token stays: until somebody else claims the entry, a late settlement is valid (rule 19).
  lost AS (
    UPDATE queue_entry SET
      losses = losses + 1,
      losses_alone = losses_alone + (losses > 0)::int,
      state = CASE WHEN losses > 0 AND losses_alone + 1 >= 2 THEN 'dead' ELSE 'ready' END,
      error_code = CASE WHEN losses > 0 AND losses_alone + 1 >= 2 THEN 'worker_lost' ELSE error_code END,
      error_message = CASE WHEN losses > 0 AND losses_alone + 1 >= 2
                           THEN 'its worker was lost ' || losses_alone + 1 || ' times while it ran alone' ELSE error_message END,
      error_fingerprint = CASE WHEN losses > 0 AND losses_alone + 1 >= 2 THEN 'worker_lost' ELSE error_fingerprint END,
      leased_by = NULL, leased_until = NULL
    WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM queue_entry WHERE state = 'leased' AND leased_until <= now()
      ORDER BY leased_until LIMIT $1 FOR UPDATE SKIP LOCKED))
    RETURNING state
  )
  SELECT (SELECT count(*) FROM due) AS due,
         (SELECT count(*) FROM lost WHERE state = 'ready') AS lost,
         (SELECT count(*) FROM lost WHERE state = 'dead') AS dead`;

/** The sweep of the queue: makes due and lost entries ready, `limit` of each at most, passing over rows somebody has locked. */
export async function wake(sql: Sql, limit = 5_000): Promise<Woken> {
  const [row] = await sql.query<Woken>(statement, [limit]);
  return row ?? { due: 0, lost: 0, dead: 0 };
}
