import type { Sql } from '../../database/sql.js';

/** Whether no full pass of a pipeline has come to its end yet. */
export async function isNeverRead(sql: Sql, pipeline: string): Promise<boolean> {
  const rows = await sql.query('SELECT 1 AS read FROM pipeline_state WHERE pipeline = $1 AND last_full_sync IS NOT NULL', [pipeline]);
  return rows.length === 0;
}
