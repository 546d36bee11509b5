/**
 * CTE `reported`: opens an incident, or counts it once more where it is open already. The parameters are expressions;
 * `when` is a condition, so that it stands in the statement that does what it tells of.
 */
export function reported({
  pipeline,
  message,
  when,
}: {
  readonly pipeline: string;
  readonly message: string;
  readonly when: string;
}): string {
  return `reported AS (
    INSERT INTO incident AS i (kind, pipeline, fingerprint, message)
    SELECT 'removals_held', ${pipeline}, 'removals_held ' || ${pipeline}, ${message} WHERE ${when}
    ON CONFLICT (fingerprint) WHERE state = 'open' DO UPDATE SET count = i.count + 1, last_at = now(), message = excluded.message
    RETURNING i.count = 1 AS first
  )`;
}

/** CTE `over`: closes the incident of a pipeline's held removals. */
export function over(pipelines: string): string {
  return `over AS (
    UPDATE incident SET state = 'closed', closed_at = now()
    WHERE state = 'open' AND fingerprint = ANY(ARRAY(SELECT 'removals_held ' || pipeline FROM ${pipelines}))
  )`;
}
