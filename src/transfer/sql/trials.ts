import type { Sql } from '../../database/sql.js';

/**
 * Takes the trial of an open breaker once it is due, unless another process has it, or the pipeline has nothing to send. Answers its token; whoever has
 * it and dies keeps it no longer than `leaseMs`.
 */
export async function takeTrial(sql: Sql, connection: string, pipeline: string, leaseMs: number): Promise<number | null> {
  const [row] = await sql.query<{ trial: number }>(
    `UPDATE connection_state SET trial = nextval('token_seq'), trial_until = clock_timestamp() + $3 * interval '1 ms'
     WHERE connection = $1 AND opened_at IS NOT NULL AND next_trial_at <= clock_timestamp()
       AND coalesce(trial_until <= clock_timestamp(), true)
       AND EXISTS (SELECT 1 FROM queue_entry q WHERE q.pipeline = $2 AND q.state = 'ready')
     RETURNING trial`,
    [connection, pipeline, leaseMs],
  );
  return row?.trial ?? null;
}

/** Answers false where it is no longer that one's. */
export async function renewTrial(sql: Sql, connection: string, trial: number, leaseMs: number): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE connection_state SET trial_until = clock_timestamp() + $3 * interval '1 ms' WHERE connection = $1 AND trial = $2 RETURNING 1 AS renewed`,
    [connection, trial, leaseMs],
  );
  return rows.length > 0;
}

/** It came to nothing: the next one may be taken at once. */
export async function releaseTrial(sql: Sql, connection: string, trial: number): Promise<void> {
  await sql.query('UPDATE connection_state SET trial = NULL, trial_until = NULL WHERE connection = $1 AND trial = $2', [connection, trial]);
}
