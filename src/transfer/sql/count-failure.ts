import type { Sql } from '../../database/sql.js';
import type { BreakerPolicy } from '../breaker/breaker-policy.js';

export interface Failure {
  readonly reason: string;
  /** Of the trial that failed; null: of a batch that was sent while the breaker was closed. */
  readonly trial: number | null;
}

export interface CountedFailure {
  readonly failures: number;
  readonly isOpen: boolean;
  /** Trials that failed since it opened. */
  readonly trials: number;
  /** Null while it is closed. */
  readonly nextTrialMs: number | null;
}

const gap = (trials: string): string =>
  `clock_timestamp() + least($4::float8 * power(2, least(${trials}, 30)), $5::float8) * (1 + random() / 4) * interval '1 ms'`;

/**
 * Counts a batch that failed because the system was down; opens the breaker at the threshold, and after a trial that failed sets the next one,
 * each gap twice the one before, with up to a quarter of jitter. Null: it is open, and this was no trial, but under way when it opened.
 */
export async function countFailure(
  sql: Sql,
  connection: string,
  { reason, trial }: Failure,
  policy: BreakerPolicy,
): Promise<CountedFailure | null> {
  const [row] = await sql.query<CountedFailure>(
    `INSERT INTO connection_state AS c (connection, failures, failure, opened_at, next_trial_at)
     VALUES ($1, 1, $2, CASE WHEN $3::int <= 1 THEN clock_timestamp() END, CASE WHEN $3::int <= 1 THEN ${gap('0')} END)
     ON CONFLICT (connection) DO UPDATE SET
       failures = c.failures + 1, failure = excluded.failure,
       opened_at = CASE WHEN c.failures + 1 >= $3 THEN coalesce(c.opened_at, clock_timestamp()) ELSE c.opened_at END,
       trials = CASE WHEN c.opened_at IS NULL THEN 0 ELSE c.trials + 1 END,
       next_trial_at = CASE WHEN c.opened_at IS NOT NULL THEN ${gap('c.trials + 1')} WHEN c.failures + 1 >= $3 THEN ${gap('0')} END,
       trial = NULL, trial_until = NULL
     WHERE c.opened_at IS NULL OR c.trial = $6::bigint
     RETURNING failures, opened_at IS NOT NULL AS "isOpen", trials, round(extract(epoch FROM next_trial_at - clock_timestamp()) * 1000)::int AS "nextTrialMs"`,
    [connection, reason, policy.failures, policy.first, policy.longest, trial],
  );
  return row ?? null;
}
