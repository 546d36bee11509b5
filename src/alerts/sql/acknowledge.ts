import type { Sql } from '../../database/sql.js';
import { audited, auditParameters, type AuditedAction } from '../../queue/sql/audit.js';

/** Somebody looks after it: it is not told again until it is over. Answers false where there is no such open alert, or its revision is another. */
export async function acknowledgeAlert(sql: Sql, id: number, by: string, revision: number | null, action: AuditedAction): Promise<boolean> {
  const rows = await sql.query(
    `WITH changed AS (
       UPDATE incident SET acknowledged_at = now(), acknowledged_by = $2, notice_at = NULL, revision = revision + 1
       WHERE id = $1 AND state = 'open' AND acknowledged_at IS NULL AND ($3::int IS NULL OR revision = $3) RETURNING 1
     ),
     ${audited(4, `jsonb_build_object('changed', EXISTS (SELECT 1 FROM changed))`)}
     SELECT 1 AS done FROM changed`,
    [id, by, revision, ...auditParameters(action)],
  );
  return rows.length > 0;
}
