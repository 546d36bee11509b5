import type { Sql } from '../../database/sql.js';

/** Takes those of these locks that are free, or whose owner is gone; in the order of their names, so that nobody waits in a circle. */
export async function takeLocks(sql: Sql, connection: string, names: readonly string[], owner: string, leaseMs: number): Promise<string[]> {
  const rows = await sql.query<{ name: string }>(
    `INSERT INTO connection_lock AS l (connection, name, owner, leased_until)
     SELECT $1, n, $3, clock_timestamp() + $4 * interval '1 ms' FROM unnest($2::text[]) AS n ORDER BY n
     ON CONFLICT (connection, name) DO UPDATE SET owner = excluded.owner, leased_until = excluded.leased_until
     WHERE l.leased_until < clock_timestamp()
     RETURNING name`,
    [connection, names, owner, leaseMs],
  );
  return rows.map(({ name }) => name);
}

/** Keeps the locks of an owner for another `leaseMs`; answers how many it still has. */
export async function renewLocks(sql: Sql, connection: string, owner: string, leaseMs: number): Promise<number> {
  const rows = await sql.query(
    `UPDATE connection_lock SET leased_until = clock_timestamp() + $3 * interval '1 ms' WHERE connection = $1 AND owner = $2 RETURNING 1 AS kept`,
    [connection, owner, leaseMs],
  );
  return rows.length;
}

export async function releaseLocks(sql: Sql, connection: string, names: readonly string[], owner: string): Promise<void> {
  await sql.query('DELETE FROM connection_lock WHERE connection = $1 AND name = ANY($2::text[]) AND owner = $3', [
    connection,
    names,
    owner,
  ]);
}
