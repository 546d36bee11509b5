import type { Sql } from '../../../database/sql.js';
import { audited, auditParameters, type AuditedAction } from '../../../queue/sql/audit.js';

/**
 * Asks a run to end; its process does so within a second or two. One whose process is dead ends at once, and with it the slot or the request that
 * somebody else would take it up for. Null: it is not running (any more), or notes what events bring, which no process could end.
 */
export async function cancelRun(sql: Sql, run: number, by: string, action: AuditedAction): Promise<'asked' | 'ended' | null> {
  const [row] = await sql.query<{ state: string }>(
    `WITH changed AS (
       UPDATE sync_run r SET cancelled_by = $2,
         state = CASE WHEN l.dead THEN 'cancelled' ELSE r.state END,
         finished_at = CASE WHEN l.dead THEN clock_timestamp() END,
         error = CASE WHEN l.dead THEN 'cancelled by ' || $2 ELSE r.error END
       FROM (SELECT coalesce(alive_until < clock_timestamp(), true) AS dead FROM sync_run WHERE id = $1) l
       WHERE r.id = $1 AND r.state = 'running' AND r.trigger <> 'event' RETURNING r.id, r.state, r.pipeline, r.kind, r.slot
     ),
     slots AS (
       UPDATE schedule_slot s SET state = 'done', finished_at = clock_timestamp(), reason = 'cancelled by ' || $2 FROM changed c
       WHERE c.state = 'cancelled' AND s.pipeline = c.pipeline AND s.kind = CASE c.kind WHEN 'initial' THEN 'full' ELSE c.kind END
         AND s.slot = c.slot AND s.state = 'running' AND s.leased_until < clock_timestamp()
     ),
     requests AS (
       UPDATE run_request q SET cancelled_by = $2, state = c.state, finished_at = CASE c.state WHEN 'cancelled' THEN clock_timestamp() END
       FROM changed c WHERE q.run = c.id AND q.state = 'running'
     ),
     ${audited(3, `'{}'::jsonb`, 'EXISTS (SELECT 1 FROM changed)')}
     SELECT state FROM changed`,
    [run, by, ...auditParameters(action)],
  );
  return row ? (row.state === 'cancelled' ? 'ended' : 'asked') : null;
}
