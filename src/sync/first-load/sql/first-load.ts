import type { Sql } from '../../../database/sql.js';

/**
 * The right to say something of a first load: written to its newest run, so that of several processes one has it. `end`
 * once everything was listed and nothing of it is left to be delivered; `more` is false where the end was told, or there is no such load.
 */
const word = `
  WITH load AS MATERIALIZED (
    SELECT r.id, r.progress FROM sync_run r WHERE r.pipeline = $1 AND r.kind = 'initial'
  ),
  state AS MATERIALIZED (
    SELECT (SELECT max(id) FROM load) AS newest,
           coalesce((SELECT bool_or((progress -> 'toldEnd')::boolean) FROM load), false) AS told,
           coalesce((SELECT max((progress -> 'toldAt')::bigint) FROM load), 0) AS told_at,
           floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now,
           EXISTS (SELECT 1 FROM pipeline_state p WHERE p.pipeline = $1 AND p.last_full_sync IS NOT NULL) AND NOT EXISTS (
             SELECT 1 FROM queue_entry e
             WHERE e.pipeline = $1 AND e.cause = 'initial' AND e.state IN ('ready', 'leased', 'waiting', 'submitted')) AS over
  ),
  said AS (
    UPDATE sync_run r SET progress = coalesce(r.progress, '{}') || jsonb_build_object('toldAt', s.now, 'toldEnd', s.over)
    FROM state s
    WHERE r.id = s.newest AND NOT s.told AND (s.over OR s.now - s.told_at >= $2)
      -- Of two at once the second sees here what the first has written.
      AND NOT coalesce((r.progress -> 'toldEnd')::boolean, false)
      AND (s.over OR coalesce((r.progress -> 'toldAt')::bigint, 0) <= s.now - $2)
    RETURNING s.over
  )
  SELECT (SELECT CASE WHEN over THEN 'end' ELSE 'so far' END FROM said) AS word, newest IS NOT NULL AND NOT told AND NOT over AS more FROM state`;

export async function claimWord(
  sql: Sql,
  pipeline: string,
  everyMs: number,
): Promise<{ readonly word: 'end' | 'so far' | null; readonly more: boolean }> {
  const [row] = await sql.query<{ word: 'end' | 'so far' | null; more: boolean }>(word, [pipeline, everyMs]);
  return row ?? { word: null, more: false };
}

/** What has one cause, and how many records it concerns. */
export interface FailureOfMany {
  readonly fingerprint: string;
  readonly code: string;
  readonly field: string | null;
  /** Of one of them. */
  readonly message: string;
  readonly records: number;
}

/** What went wrong with records that the first load of a pipeline had queued, however many runs it took; the most frequent first. */
export async function failuresOfFirstLoad(sql: Sql, pipeline: string): Promise<FailureOfMany[]> {
  return sql.query(
    `SELECT e.fingerprint, e.code, e.field, min(e.message) AS message, count(DISTINCT e.entity_key) AS records
     FROM sync_error e
     WHERE e.pipeline = $1 AND e.severity = 'error' AND e.run IN (SELECT id FROM sync_run WHERE pipeline = $1 AND kind = 'initial')
       AND e.time >= (SELECT min(started_at) FROM sync_run WHERE pipeline = $1 AND kind = 'initial')
     GROUP BY e.fingerprint, e.code, e.field
     ORDER BY records DESC, e.fingerprint`,
    [pipeline],
  );
}
