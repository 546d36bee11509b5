import type { Sql } from '../../database/sql.js';

/**
 * What records use of a feed and a pipeline that reads it has not listed: whatever a completed pass did not find, and nobody
 * has told of since the pass. Compared without case, as uses are.
 */
export async function unlistedUses(
  sql: Sql,
  { feed, pipeline, pass }: { readonly feed: string; readonly pipeline: string; readonly pass: number },
): Promise<string[]> {
  const rows = await sql.query<{ key: string }>(
    `SELECT DISTINCT lower(r.ref_key) AS key FROM reference r
     WHERE r.ref_pipeline = $1
       AND NOT EXISTS (SELECT 1 FROM sighting s WHERE s.pipeline = $2 AND lower(s.entity_key) = lower(r.ref_key) AND s.pass >= $3)
     ORDER BY 1`,
    [feed, pipeline, pass],
  );
  return rows.map(({ key }) => key);
}
