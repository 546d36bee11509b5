import type { Sql } from '../../database/sql.js';

/** Whether there is a message under each of these keys: reading a digest takes a while, and is done once. */
export async function isDigestWritten(sql: Sql, keys: readonly string[]): Promise<boolean> {
  const rows = await sql.query('SELECT 1 FROM alert_message WHERE key = ANY($1)', [keys]);
  return rows.length === keys.length;
}
