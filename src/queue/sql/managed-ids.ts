import type { Sql } from '../../database/sql.js';

/** Which of these ids of a shop name entities that a pipeline brought there. By the index on (connection, resource, target_id). */
export async function managedIds(sql: Sql, connection: string, resource: string, targetIds: readonly string[]): Promise<Set<string>> {
  if (targetIds.length === 0) return new Set();
  const rows = await sql.query<{ targetId: string }>(
    `SELECT DISTINCT target_id AS "targetId" FROM identity
     WHERE connection = $1 AND resource = $2 AND target_id = ANY($3::text[])`,
    [connection, resource, targetIds],
  );
  return new Set(rows.map((row) => row.targetId));
}
