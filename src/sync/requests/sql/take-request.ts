import type { Sql } from '../../../database/sql.js';
import type { TakenRequest } from '../run-request.js';

/**
 * Takes the oldest request that nobody has, or whose process died; null where there is none. One waits while another run of its kind goes
 * on, or while another one lists every key; the run of a process that died over it is closed.
 */
export async function takeRequest(
  sql: Sql,
  pipelines: readonly string[],
  { owner, leaseMs }: { readonly owner: string; readonly leaseMs: number },
): Promise<TakenRequest | null> {
  const [row] = await sql.query<TakenRequest>(
    `WITH taken AS (
       UPDATE run_request SET state = 'running', owner = $2, leased_until = clock_timestamp() + $3 * interval '1 ms', attempts = attempts + 1,
         started_at = coalesce(started_at, clock_timestamp())
       WHERE id = (
         SELECT w.id FROM run_request w
         WHERE w.state IN ('waiting', 'running') AND (w.state = 'waiting' OR w.leased_until < clock_timestamp()) AND w.pipeline = ANY($1::text[])
           AND (w.dry_run OR w.kind = 'partial' OR NOT EXISTS (
             SELECT 1 FROM sync_run r WHERE r.pipeline = w.pipeline AND r.state = 'running' AND r.alive_until > clock_timestamp()
               AND r.id IS DISTINCT FROM w.run
               AND r.kind = ANY(CASE w.kind WHEN 'delta' THEN '{delta}'::text[] ELSE '{full,initial,sweep}'::text[] END)))
         ORDER BY w.id LIMIT 1 FOR UPDATE SKIP LOCKED
       )
       RETURNING id, pipeline, kind, dry_run, limit_count, chosen, requested_by, attempts, cancelled_by, run
     ),
     lost AS (
       UPDATE sync_run r SET state = 'failed', finished_at = clock_timestamp(), error = 'the process that ran it ended; it is taken up again'
       FROM taken WHERE r.id = taken.run AND r.state = 'running'
     )
     SELECT id, pipeline, kind, dry_run AS "dryRun", limit_count AS "limit", chosen, requested_by AS by, attempts, cancelled_by AS "cancelledBy", run FROM taken`,
    [pipelines, owner, leaseMs],
  );
  return row ?? null;
}
