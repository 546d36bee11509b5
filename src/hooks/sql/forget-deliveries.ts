import type { Sql } from '../../database/sql.js';

/**
 * Forgets deliveries that are older than a week, some at a time; answers how many. No sender repeats for that long: a
 * signature holds for minutes, and Akeneo gives up after 35.
 */
export async function forgetDeliveries(sql: Sql, limit = 5_000): Promise<number> {
  const rows = await sql.query(
    `DELETE FROM webhook_delivery WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM webhook_delivery WHERE received_at < now() - interval '7 days' LIMIT $1 FOR UPDATE SKIP LOCKED))
     RETURNING 1 AS forgotten`,
    [limit],
  );
  return rows.length;
}
