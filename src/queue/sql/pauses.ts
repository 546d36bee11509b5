import type { Sql } from '../../database/sql.js';
import { audited, auditParameters, type AuditedAction } from './audit.js';

/** Claims of the pipeline stop; what changes is noticed and enqueued as before (rule 16). False: there is no such pipeline. */
export async function pausePipeline(sql: Sql, pipeline: string, reason: string | null, action: AuditedAction): Promise<boolean> {
  const rows = await sql.query(
    `WITH changed AS (
       UPDATE pipeline_state SET paused = true, paused_by = $3, paused_at = now(), pause_reason = $2 WHERE pipeline = $1 RETURNING 1
     ),
     ${audited(3, `jsonb_build_object('changed', EXISTS (SELECT 1 FROM changed))`)}
     SELECT 1 AS done FROM changed`,
    [pipeline, reason, ...auditParameters(action)],
  );
  return rows.length > 0;
}

/** Answers false where the pipeline was not paused. */
export async function resumePipeline(sql: Sql, pipeline: string, action: AuditedAction): Promise<boolean> {
  const rows = await sql.query(
    `WITH changed AS (
       UPDATE pipeline_state SET paused = false, paused_by = NULL, paused_at = NULL, pause_reason = NULL WHERE pipeline = $1 AND paused RETURNING 1
     ),
     ${audited(2, `jsonb_build_object('changed', EXISTS (SELECT 1 FROM changed))`)}
     SELECT 1 AS done FROM changed`,
    [pipeline, ...auditParameters(action)],
  );
  return rows.length > 0;
}

/** Until somebody resumes it nothing is sent to the connection, and nothing is read from it. */
export async function pauseConnection(sql: Sql, connection: string, reason: string | null, action: AuditedAction): Promise<void> {
  await sql.query(
    `WITH changed AS (
       INSERT INTO connection_state AS c (connection, paused_until, pause_reason, paused_by, paused_at) VALUES ($1, 'infinity', $2, $3, now())
       ON CONFLICT (connection) DO UPDATE
         SET paused_until = excluded.paused_until, pause_reason = excluded.pause_reason, paused_by = excluded.paused_by, paused_at = excluded.paused_at
       RETURNING 1
     ),
     ${audited(3, `jsonb_build_object('changed', EXISTS (SELECT 1 FROM changed))`)}
     SELECT 1 AS done FROM changed`,
    [connection, reason, ...auditParameters(action)],
  );
}

/** Ends a pause, whoever began it; a breaker that is open tries at once. Answers false where there was none. */
export async function resumeConnection(sql: Sql, connection: string, action: AuditedAction): Promise<boolean> {
  const rows = await sql.query(
    `WITH changed AS (
       UPDATE connection_state SET paused_until = NULL, pause_reason = NULL, paused_by = NULL, paused_at = NULL,
         next_trial_at = CASE WHEN opened_at IS NOT NULL THEN now() END
       WHERE connection = $1 AND paused_until > now() RETURNING 1
     ),
     ${audited(2, `jsonb_build_object('changed', EXISTS (SELECT 1 FROM changed))`)}
     SELECT 1 AS done FROM changed`,
    [connection, ...auditParameters(action)],
  );
  return rows.length > 0;
}

/** What a person paused, and why. */
export interface Pause {
  /** Null: the pipeline itself. */
  readonly connection: string | null;
  readonly by: string;
  readonly since: Date;
  readonly reason: string | null;
}

/** The connections, of these, that people paused. */
export async function pausedConnections(sql: Sql, among: readonly string[]): Promise<Pause[]> {
  return sql.query<Pause>(
    `SELECT connection, paused_by AS by, paused_at AS since, pause_reason AS reason FROM connection_state
     WHERE paused_by IS NOT NULL AND paused_until > now() AND connection = ANY($1) ORDER BY connection`,
    [among],
  );
}

/** Everything people paused that a pipeline stands still for. */
export async function pausesOf(sql: Sql, pipeline: string): Promise<Pause[]> {
  return sql.query<Pause>(
    `SELECT NULL AS connection, coalesce(paused_by, 'somebody') AS by, coalesce(paused_at, now()) AS since, pause_reason AS reason
     FROM pipeline_state WHERE pipeline = $1 AND paused
     UNION ALL
     SELECT c.connection, c.paused_by, c.paused_at, c.pause_reason
     FROM connection_state c JOIN pipeline_state p ON c.connection IN (p.source_connection, p.target_connection)
     WHERE p.pipeline = $1 AND c.paused_by IS NOT NULL AND c.paused_until > now()
     ORDER BY connection NULLS FIRST`,
    [pipeline],
  );
}

/** In a sentence for people: "paused by user anna (stock-taking)". */
export function pauseText({ connection, by, reason }: Omit<Pause, 'since'>): string {
  return `${connection === null ? '' : `the connection ${connection} is `}paused by ${by}${reason === null ? '' : ` (${reason})`}`;
}
