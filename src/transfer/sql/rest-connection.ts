import type { Sql } from '../../database/sql.js';

/** Nothing is sent to a connection for as long as it said (Retry-After), by no process. What a person paused stays paused, and a longer rest stays. */
export async function restConnection(sql: Sql, connection: string, forMs: number, reason: string): Promise<void> {
  await sql.query(
    `INSERT INTO connection_state AS c (connection, paused_until, pause_reason, paused_at)
     VALUES ($1, clock_timestamp() + $2 * interval '1 ms', $3, clock_timestamp())
     ON CONFLICT (connection) DO UPDATE
       SET paused_until = excluded.paused_until, pause_reason = excluded.pause_reason,
           paused_at = CASE WHEN c.paused_until > clock_timestamp() THEN c.paused_at ELSE excluded.paused_at END
     WHERE c.paused_by IS NULL AND coalesce(c.paused_until < excluded.paused_until, true)`,
    [connection, forMs, reason],
  );
}
