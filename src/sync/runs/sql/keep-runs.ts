import type { Sql } from '../../../database/sql.js';
import type { Phases } from '../run-phases.js';

/** Says that these runs are alive, and what they have come to; answers who wants one of them to end, or null. */
export async function keepRuns(sql: Sql, runs: readonly number[], aliveMs: number, phases: Phases): Promise<string | null> {
  const [row] = await sql.query<{ by: string }>(
    `WITH kept AS (
       UPDATE sync_run SET alive_until = clock_timestamp() + $2 * interval '1 ms', phases = $3::jsonb
       WHERE id = ANY($1::bigint[]) AND state = 'running' RETURNING id
     )
     SELECT cancelled_by AS by FROM sync_run WHERE id = ANY($1::bigint[]) AND cancelled_by IS NOT NULL LIMIT 1`,
    [runs, aliveMs, JSON.stringify(phases)],
  );
  return row?.by ?? null;
}
