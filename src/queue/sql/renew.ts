import type { Sql } from '../../database/sql.js';

/**
 * Prolongs the leases of these tokens to `leaseMs` from now (the database's clock) and answers those that
 * are still held. A lease that ran out and that nobody has noticed yet is prolonged too: its token stands.
 */
export async function renew(sql: Sql, tokens: readonly number[], leaseMs: number): Promise<number[]> {
  const rows = await sql.query<{ token: number }>(
    `UPDATE queue_entry SET leased_until = clock_timestamp() + $2 * interval '1 ms'
     WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM queue_entry WHERE token = ANY($1::bigint[]) AND state = 'leased' ORDER BY pipeline, entity_key FOR UPDATE))
     RETURNING token`,
    [tokens, leaseMs],
  );
  return rows.map((row) => row.token);
}
