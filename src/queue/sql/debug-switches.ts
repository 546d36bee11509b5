import type { Sql } from '../../database/sql.js';
import { audited, auditParameters, type AuditedAction } from './audit.js';

/** Debug lines that somebody wants of a pipeline, or of one of its entities, for a while. */
export interface DebugSwitch {
  readonly pipeline: string;
  /** Null: all entries of the pipeline. */
  readonly entity: string | null;
  readonly until: Date;
  readonly by: string;
  readonly since: Date;
}

/** Switches on, or on again from now; whoever did it last is named. Answers until when, by the database's clock. */
export async function switchDebugOn(
  sql: Sql,
  { pipeline, entity }: Pick<DebugSwitch, 'pipeline' | 'entity'>,
  forMs: number,
  by: string,
  action: AuditedAction,
): Promise<Date> {
  const [row] = await sql.query<{ until: Date }>(
    `WITH changed AS (
       INSERT INTO debug_switch AS d (pipeline, entity_key, until, set_by, set_at) VALUES ($1, $2, now() + $3 * interval '1 ms', $4, now())
       ON CONFLICT (pipeline, entity_key) DO UPDATE SET until = excluded.until, set_by = excluded.set_by, set_at = excluded.set_at
       RETURNING until
     ),
     ${audited(5, `jsonb_build_object('until', (SELECT until FROM changed))`)}
     SELECT until FROM changed`,
    [pipeline, entity ?? '', forMs, by, ...auditParameters(action)],
  );
  if (!row) throw new Error('the database answered no time');
  return row.until;
}

/** Switches off: of one entity, or with null everything of the pipeline. Answers how many were on. */
export async function switchDebugOff(sql: Sql, pipeline: string | null, entity: string | null, action: AuditedAction): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `WITH changed AS (
       DELETE FROM debug_switch WHERE ($1::text IS NULL OR pipeline = $1) AND ($2::text IS NULL OR entity_key = $2) RETURNING until > now() AS was_on
     ),
     ${audited(3, `jsonb_build_object('count', (SELECT count(*) FROM changed WHERE was_on))`)}
     SELECT count(*)::int AS count FROM changed WHERE was_on`,
    [pipeline, entity, ...auditParameters(action)],
  );
  return row?.count ?? 0;
}

/** What is on now. */
export async function listDebugSwitches(sql: Sql): Promise<DebugSwitch[]> {
  return sql.query<DebugSwitch>(
    `SELECT pipeline, nullif(entity_key, '') AS entity, until, set_by AS by, set_at AS since FROM debug_switch
     WHERE until > now() ORDER BY pipeline, entity_key`,
  );
}

/** Those that ended by themselves. */
export async function forgetDebug(sql: Sql): Promise<void> {
  await sql.query('DELETE FROM debug_switch WHERE until < now()');
}
