import type { Sql } from '../../../database/sql.js';

/** How far the shop is behind the source. */
export interface Freshness {
  readonly pipeline: string;
  /** Null: nobody knows, as nothing was read so far. */
  readonly lagSeconds: number | null;
  /** How far it may be behind; null where its file does not say. */
  readonly maxLagSeconds: number | null;
  /** Further behind than it may be. Of which nobody knows, it is. */
  readonly isBehind: boolean;
}

/**
 * Seconds that pipeline `p` is behind. Where positions are times it is the age of the last sync time. A sequence has no age: there it is the longer of how long
 * the oldest change has waited, and how long ago the last delta that was completed began. What has no deltas is as far behind as its oldest event.
 */
export const lagSeconds = `
  extract(epoch FROM now())::float8 - CASE p.axis WHEN 'time' THEN p.last_sync / 1000.0::float8 ELSE least(
    (SELECT extract(epoch FROM min(q.enqueued_at))::float8 FROM queue_entry q
     WHERE q.pipeline = p.pipeline AND q.state IN ('ready', 'leased', 'waiting', 'parked', 'submitted')
       AND (q.hold IS NOT NULL OR q.next_hold IS NOT NULL OR q.cause = 'event')),
    CASE p.axis WHEN 'sequence' THEN coalesce(extract(epoch FROM coalesce(
      (SELECT max(r.started_at) FROM sync_run r WHERE r.pipeline = p.pipeline AND r.kind = 'delta' AND r.state = 'completed'), p.last_full_sync
    ))::float8, '-infinity') ELSE extract(epoch FROM now())::float8 END) END`;

/** Of every pipeline. */
export async function readFreshness(sql: Sql): Promise<Freshness[]> {
  return sql.query<Freshness>(
    `SELECT pipeline, CASE WHEN lag < 'infinity' THEN greatest(0, lag) END AS "lagSeconds", (max_lag_ms / 1000.0)::float8 AS "maxLagSeconds",
            max_lag_ms IS NOT NULL AND coalesce(lag * 1000 > max_lag_ms, true) AS "isBehind"
     FROM (SELECT p.pipeline, p.max_lag_ms, ${lagSeconds} AS lag FROM pipeline_state p) f ORDER BY pipeline`,
  );
}
