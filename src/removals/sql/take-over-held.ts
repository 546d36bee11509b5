import type { Sql } from '../../database/sql.js';
import { countForRuns } from '../../queue/sql/count-for-runs.js';

/**
 * A pass judges anew what earlier runs held, together with what it finds itself: it is its own from here on. The earlier runs
 * count it as discarded (S15). Answers how many.
 */
export async function takeOverHeld(sql: Sql, pipeline: string, run: number): Promise<number> {
  const [row] = await sql.query<{ taken: number }>(
    `WITH chosen AS MATERIALIZED (
       SELECT q.entity_key, q.run FROM queue_entry q JOIN held_removal h ON h.id = q.removal_set
       WHERE q.pipeline = $1 AND q.state = 'held' AND h.state = 'held' AND q.run IS DISTINCT FROM $2
       ORDER BY q.entity_key FOR UPDATE OF q
     ),
     taken AS (
       UPDATE queue_entry q SET run = $2 FROM chosen c WHERE q.pipeline = $1 AND q.entity_key = c.entity_key
     ),
     ${countForRuns(`SELECT run, 'discarded' AS name, 1 AS change FROM chosen WHERE run IS NOT NULL`)}
     SELECT count(*) AS taken FROM chosen`,
    [pipeline, run],
  );
  return row?.taken ?? 0;
}
