import type { Sql } from '../../database/sql.js';

/**
 * A batch went: what was counted is over, and an open breaker is closed for everybody. Null where nothing was counted; `openMs` null where it
 * was not open.
 */
export async function closeBreaker(sql: Sql, connection: string): Promise<{ readonly openMs: number | null } | null> {
  const [row] = await sql.query<{ openMs: number | null }>(
    `WITH was AS MATERIALIZED (
       SELECT connection, opened_at FROM connection_state WHERE connection = $1 AND (failures > 0 OR opened_at IS NOT NULL) FOR UPDATE
     )
     UPDATE connection_state c
     SET failures = 0, failure = NULL, opened_at = NULL, next_trial_at = NULL, trials = 0, trial = NULL, trial_until = NULL
     FROM was w WHERE c.connection = w.connection
     RETURNING (extract(epoch FROM clock_timestamp() - w.opened_at) * 1000)::float8 AS "openMs"`,
    [connection],
  );
  return row ?? null;
}
