import type { Sql } from '../../../database/sql.js';
import { audited, auditParameters, type AuditedAction } from '../../../queue/sql/audit.js';

/** One that nobody has taken ends at once; one that is under way, and its run, within a second or two. False: it was over already. */
export async function cancelRequest(sql: Sql, id: number, by: string, action: AuditedAction): Promise<boolean> {
  const rows = await sql.query(
    `WITH changed AS (
       UPDATE run_request SET cancelled_by = $2,
         state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END,
         finished_at = CASE state WHEN 'waiting' THEN clock_timestamp() END
       WHERE id = $1 AND state IN ('waiting', 'running') RETURNING run
     ),
     runs AS (UPDATE sync_run r SET cancelled_by = $2 FROM changed WHERE r.id = changed.run AND r.state = 'running'),
     ${audited(3, `'{}'::jsonb`, 'EXISTS (SELECT 1 FROM changed)')}
     SELECT 1 AS done FROM changed`,
    [id, by, ...auditParameters(action)],
  );
  return rows.length > 0;
}
