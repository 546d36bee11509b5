import type { Sql } from '../../database/sql.js';

/** Whether a feed has been subscribed to: it has a cursor. */
export async function hasCursor(sql: Sql, feed: string): Promise<boolean> {
  const rows = await sql.query('SELECT 1 FROM feed_cursor WHERE feed = $1 AND cursor IS NOT NULL', [feed]);
  return rows.length === 1;
}
