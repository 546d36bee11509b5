import type { Sql } from '../../database/sql.js';
import { audited, auditParameters, type AuditedAction } from '../../queue/sql/audit.js';

/** What is muted: every field that is set must fit. */
export interface MuteTarget {
  readonly fingerprint: string | null;
  readonly kind: string | null;
  readonly pipeline: string | null;
}

export interface Mute extends MuteTarget {
  readonly id: number;
  readonly until: Date;
  readonly reason: string | null;
  readonly by: string;
  readonly since: Date;
}

const columns = `id, fingerprint, kind, pipeline, until, reason, muted_by AS by, muted_at AS since`;

export async function addMute(
  sql: Sql,
  { fingerprint, kind, pipeline }: MuteTarget,
  how: { readonly forMs: number; readonly reason: string | null; readonly by: string },
  action: AuditedAction,
): Promise<Mute> {
  const [row] = await sql.query<Mute>(
    `WITH changed AS (
       INSERT INTO alert_mute (fingerprint, kind, pipeline, until, reason, muted_by)
       VALUES ($1, $2, $3, now() + $4::float8 * interval '1 ms', $5, $6) RETURNING *
     ),
     ${audited(7, `jsonb_build_object('until', (SELECT until FROM changed))`)}
     SELECT ${columns} FROM changed`,
    [fingerprint, kind, pipeline, how.forMs, how.reason, how.by, ...auditParameters(action)],
  );
  if (!row) throw new Error('the database answered no mute');
  return row;
}

/** Ends one before its time; false where it is over already. */
export async function endMute(sql: Sql, id: number, action: AuditedAction): Promise<boolean> {
  const rows = await sql.query(
    `WITH changed AS (DELETE FROM alert_mute WHERE id = $1 AND until > now() RETURNING 1),
     ${audited(2, `jsonb_build_object('changed', EXISTS (SELECT 1 FROM changed))`)}
     SELECT 1 AS done FROM changed`,
    [id, ...auditParameters(action)],
  );
  return rows.length > 0;
}

/** Those that hold now. */
export async function listMutes(sql: Sql): Promise<Mute[]> {
  return sql.query<Mute>(`SELECT ${columns} FROM alert_mute WHERE until > now() ORDER BY id`);
}
