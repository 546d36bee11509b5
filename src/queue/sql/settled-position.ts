import type { Sql } from '../../database/sql.js';

/**
 * Up to where all of these pipelines have settled what their feed announced; null while one of them has not. What a
 * full pass queued carries no hold and is not waited for by the last sync time: here it is, because whatever was
 * there before a pipeline subscribed is settled by its first full pass and by nothing else.
 */
const statement = `
  SELECT CASE WHEN bool_and(p.last_sync IS NOT NULL AND p.last_full_sync IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM queue_entry e
           WHERE e.pipeline = n.name AND e.hold IS NULL AND e.state IN ('ready', 'leased', 'waiting', 'parked', 'submitted')
         )) THEN min(p.last_sync) END AS position
  FROM unnest($1::text[]) AS n(name)
  LEFT JOIN pipeline_state p ON p.pipeline = n.name`;

export async function settledPosition(sql: Sql, pipelines: readonly string[]): Promise<number | null> {
  const [row] = await sql.query<{ position: number | null }>(statement, [[...pipelines]]);
  return row?.position ?? null;
}
