import type { Sql } from '../../database/sql.js';

/** How far a pipeline is delivered, and what stands beside it: "complete to T, except 3 dead, 12 held". */
export interface Watermark {
  /** On the feed's axis: epoch milliseconds of the source's clock, or its sequence. Null before the first closed window. */
  readonly lastSync: number | null;
  readonly dead: number;
  readonly absent: number;
  readonly held: number;
  readonly parked: number;
}

/**
 * A statement of its own, after settling and on every tick: inside the settling one it would still see the
 * entries that one removes, and one row updated by every settlement would serialize the workers. Position
 * and holds are read in one snapshot, in which a page's entries and its cursor are both there or neither.
 */
const statement = `
  WITH entries AS (
    SELECT LEAST(
      (SELECT min(hold) FROM queue_entry WHERE pipeline = $1 AND hold IS NOT NULL AND state IN ('ready', 'leased', 'waiting', 'parked', 'submitted')),
      (SELECT min(next_hold) FROM queue_entry WHERE pipeline = $1 AND next_hold IS NOT NULL AND state IN ('ready', 'leased', 'waiting', 'parked', 'submitted'))
    ) AS hold
  ),
  reached AS (
    -- Before the first closed window nothing is known to be complete: a hold of 0 says the same of an entry.
    SELECT nullif(LEAST(f.position, e.hold), 0) AS position FROM feed_cursor f, entries e WHERE f.feed = $2 AND f.position IS NOT NULL
  ),
  stored AS (
    INSERT INTO pipeline_state AS p (pipeline, last_sync) SELECT $1, position FROM reached WHERE position IS NOT NULL
    ON CONFLICT (pipeline) DO UPDATE SET last_sync = excluded.last_sync WHERE p.last_sync IS NULL OR p.last_sync < excluded.last_sync
    RETURNING last_sync
  ),
  aside AS (
    SELECT count(*) FILTER (WHERE state = 'dead') AS dead, count(*) FILTER (WHERE state = 'absent') AS absent,
           count(*) FILTER (WHERE state = 'held') AS held, count(*) FILTER (WHERE state = 'parked') AS parked
    FROM queue_entry WHERE pipeline = $1 AND state IN ('dead', 'absent', 'held', 'parked')
  )
  SELECT coalesce((SELECT last_sync FROM stored), (SELECT last_sync FROM pipeline_state WHERE pipeline = $1)) AS "lastSync",
         a.dead, a.absent, a.held, a.parked
  FROM aside a`;

/** Computes and stores the last sync time of a pipeline that reads `feed` (rule 15); it never goes back. */
export async function watermark(sql: Sql, pipeline: string, feed: string): Promise<Watermark> {
  const [row] = await sql.query<Watermark>(statement, [pipeline, feed]);
  if (!row) throw new Error('the database answered no watermark');
  return row;
}
