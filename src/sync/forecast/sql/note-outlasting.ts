import type { Sql } from '../../../database/sql.js';
import type { Outlasting } from '../forecast.js';

/** Writes it to the run. False: somebody has before. */
export async function noteOutlasting(sql: Sql, run: number, outlasts: Outlasting): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE sync_run SET progress = progress || jsonb_build_object('outlasts', $2::jsonb) WHERE id = $1 AND NOT progress ? 'outlasts' RETURNING 1 AS noted`,
    [run, JSON.stringify(outlasts)],
  );
  return rows.length > 0;
}
