import type { Sql } from '../../../database/sql.js';
import type { Pruned } from '../what-is-pruned.js';

export interface PrunedPage {
  readonly gone: number;
  /** Where the next page begins; null where no row that is left is old enough. */
  readonly next: number | null;
}

/**
 * One page of a table, by its rising number: what is too old and not in use goes. By number and not by time: what is spared is
 * passed once, and never looked at again by the next page.
 */
export async function prunePage(
  sql: Sql,
  { table, time, spared }: Pruned,
  keepDays: number,
  after: number,
  limit: number,
): Promise<PrunedPage> {
  const [row] = await sql.query<{ gone: number; last: number | null; old: boolean | null }>(
    `WITH page AS MATERIALIZED (SELECT id, ${time} < now() - $1 * interval '1 day' AS old FROM ${table} WHERE id > $2 ORDER BY id LIMIT $3),
     gone AS (
       DELETE FROM ${table} t WHERE t.id = ANY(ARRAY(SELECT id FROM page WHERE old)) AND NOT (${spared}) RETURNING 1
     )
     SELECT (SELECT count(*) FROM gone)::int AS gone, max(id) AS last, bool_or(old) AS old FROM page`,
    [keepDays, after, limit],
  );
  return { gone: row?.gone ?? 0, next: row?.old ? Number(row.last) : null };
}
