import type { Sql } from '../../database/sql.js';

/** Dead letters that failed for one cause. */
export interface DeadGroup {
  readonly pipeline: string;
  /** Null for entries that were given up on without an error of their own. */
  readonly fingerprint: string | null;
  readonly code: string | null;
  readonly field: string | null;
  /** One of them, as it was said. */
  readonly example: string | null;
  readonly count: number;
  readonly oldest: Date;
  readonly keys: readonly string[];
}

/** The largest groups first. */
export async function deadGroups(sql: Sql, pipeline: string | undefined, limit: number): Promise<DeadGroup[]> {
  return sql.query<DeadGroup>(
    `SELECT pipeline, error_fingerprint AS fingerprint, min(error_code) AS code, min(error_field) AS field, min(error_message) AS example,
            count(*) AS count, min(enqueued_at) AS oldest, (array_agg(entity_key ORDER BY entity_key))[1:5] AS keys
     FROM queue_entry WHERE state = 'dead' AND ($1::text IS NULL OR pipeline = $1)
     GROUP BY pipeline, error_fingerprint
     ORDER BY count(*) DESC, pipeline, error_fingerprint LIMIT $2`,
    [pipeline ?? null, limit],
  );
}
