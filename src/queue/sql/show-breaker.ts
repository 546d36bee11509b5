import type { Sql } from '../../database/sql.js';
import { audited, auditParameters, type AuditedAction } from './audit.js';

/** A breaker that is open: a shop was down too often, and gets nothing but trials. */
export interface OpenBreaker {
  readonly connection: string;
  /** open: it waits for its next trial; half-open: one is under way. */
  readonly state: 'open' | 'half-open';
  readonly since: Date;
  /** Batches that failed one after the other, trials included. */
  readonly failures: number;
  readonly nextTrial: Date;
  /** What failed last. */
  readonly reason: string;
}

/** The breakers that are open, of these connections; without a list, all. */
export async function openBreakers(sql: Sql, among: readonly string[] | null = null): Promise<OpenBreaker[]> {
  return sql.query<OpenBreaker>(
    `SELECT connection, CASE WHEN trial_until > now() THEN 'half-open' ELSE 'open' END AS state, opened_at AS since, failures,
            next_trial_at AS "nextTrial", coalesce(failure, '') AS reason
     FROM connection_state WHERE opened_at IS NOT NULL AND ($1::text[] IS NULL OR connection = ANY($1)) ORDER BY connection`,
    [among],
  );
}

/** Its next trial is due at once, and the gaps begin anew. Answers false where it is not open. */
export async function tryConnection(sql: Sql, connection: string, action: AuditedAction): Promise<boolean> {
  const rows = await sql.query(
    `WITH changed AS (
       UPDATE connection_state SET next_trial_at = now(), trials = 0 WHERE connection = $1 AND opened_at IS NOT NULL RETURNING 1
     ),
     ${audited(2, `jsonb_build_object('changed', EXISTS (SELECT 1 FROM changed))`)}
     SELECT 1 AS done FROM changed`,
    [connection, ...auditParameters(action)],
  );
  return rows.length > 0;
}

/** In a sentence for people, without the connection's name. */
export function breakerText({ state, since, failures, nextTrial, reason }: Omit<OpenBreaker, 'connection'>): string {
  const next = state === 'open' ? `the next trial is at ${nextTrial.toISOString()}` : 'a trial is under way';
  return `is down since ${since.toISOString()} (${failures} batches failed): ${next}; last: ${reason}`;
}
