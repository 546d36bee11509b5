import type { Sql } from '../../database/sql.js';

/**
 * Forgets deliveries that are so old, some at a time; answers how many. No sender repeats for a week: a signature holds for minutes,
 * and Akeneo gives up after 35. Less than a week it must not be: `mirror/sql/forget-tombstones.ts` counts on it.
 */
export async function forgetDeliveries(sql: Sql, keepDays: number, limit: number): Promise<number> {
  const rows = await sql.query(
    `DELETE FROM webhook_delivery WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM webhook_delivery WHERE received_at < now() - $2 * interval '1 day' LIMIT $1 FOR UPDATE SKIP LOCKED))
     RETURNING 1 AS forgotten`,
    [limit, keepDays],
  );
  return rows.length;
}
