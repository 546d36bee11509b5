/**
 * CTEs that move numbers in the counts of runs (S15). `changes` is a query of (run, name, change): each is added, so that
 * an entry which leaves one class for another is counted out of the one and into the other. `also` sets further columns of
 * the run `r`, by `c.counts`, what is added to it.
 *
 * Runs are locked last, and several of them by number: whoever locks entries and runs does it in this order, so that no two
 * statements wait for each other.
 */
export function countForRuns(changes: string, also = ''): string {
  return `run_changes AS MATERIALIZED (
    SELECT s.run, jsonb_object_agg(s.name, s.change) AS counts
    FROM (SELECT d.run, d.name, sum(d.change)::bigint AS change FROM (${changes}) d GROUP BY d.run, d.name) s GROUP BY s.run
  ),
  counting AS MATERIALIZED (
    SELECT id FROM sync_run WHERE id = ANY(ARRAY(SELECT run FROM run_changes)) ORDER BY id FOR UPDATE
  ),
  counted AS (
    UPDATE sync_run r SET counts = r.counts || (
      SELECT jsonb_object_agg(e.name, coalesce((r.counts ->> e.name)::bigint, 0) + e.change::bigint) FROM jsonb_each_text(c.counts) AS e(name, change)
    )${also}
    FROM run_changes c, counting l WHERE l.id = r.id AND c.run = r.id
  )`;
}

/**
 * What became of entries (`fates`: run, told, fate) as changes of their runs: seen = enqueued + coalesced + filtered. What was
 * told several times is coalesced with itself.
 */
export const seenByRuns = (fates: string): string => `
  SELECT t.run, n.name, n.change
  FROM (SELECT f.run, sum(f.told)::bigint AS seen, count(*) FILTER (WHERE f.fate = 'enqueued') AS enqueued, count(*) FILTER (WHERE f.fate = 'filtered') AS filtered
        FROM (${fates}) f WHERE f.run IS NOT NULL GROUP BY f.run) t
  CROSS JOIN LATERAL (VALUES ('seen', t.seen), ('enqueued', t.enqueued), ('coalesced', t.seen - t.enqueued - t.filtered), ('filtered', t.filtered)) AS n(name, change)`;

/** Entries came to a run that is closed. */
const late = `r.state <> 'running' AND r.after_state IS NOT NULL AND (c.counts ->> 'enqueued')::bigint > 0`;

/**
 * A run that was closed before this came to it counts it all the same. What waits for it has not heard of what is queued now: it is
 * called once that is delivered. A call that is under way began without it: counted from the start, its end is not the end (`closeCall`).
 */
export const calledAgain = `,
      counted_at = clock_timestamp(),
      after_state = CASE WHEN ${late} THEN 'due' ELSE r.after_state END,
      after_attempts = CASE WHEN ${late} THEN 0 ELSE r.after_attempts END`;
