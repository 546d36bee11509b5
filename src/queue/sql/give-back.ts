import type { Sql } from '../../database/sql.js';

/** Gives entries back at shutdown: ready at once, nothing counted against them. Answers how many were still held. */
export async function giveBack(sql: Sql, tokens: readonly number[]): Promise<number> {
  const rows = await sql.query(
    `UPDATE queue_entry SET state = 'ready', token = NULL, leased_by = NULL, leased_until = NULL, hold = LEAST(hold, next_hold), next_hold = NULL
     WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM queue_entry WHERE token = ANY($1::bigint[]) AND state = 'leased' ORDER BY pipeline, entity_key FOR UPDATE))
     RETURNING 1 AS given`,
    [tokens],
  );
  return rows.length;
}
