/**
 * CTE that moves numbers in the counts of runs (S15). `changes` is a query of (run, name, change): each is added, so that
 * an entry which leaves one class for another is counted out of the one and into the other.
 */
export function countForRuns(changes: string): string {
  return `counted AS (
    UPDATE sync_run r SET counts = r.counts || (
      SELECT jsonb_object_agg(c.name, coalesce((r.counts ->> c.name)::bigint, 0) + c.change)
      FROM (SELECT d.name, sum(d.change)::bigint AS change FROM (${changes}) d WHERE d.run = r.id GROUP BY d.name) c
    )
    WHERE r.id IN (SELECT d.run FROM (${changes}) d)
  )`;
}
