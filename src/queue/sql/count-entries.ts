import type { Sql } from '../../database/sql.js';
import type { EntryState } from './open-counts.js';

export interface StateCount {
  readonly pipeline: string;
  readonly state: EntryState;
  readonly entries: number;
  readonly oldest: Date;
}

/** Entries by pipeline and state; what there is none of is left out. */
export async function countEntries(sql: Sql, pipeline: string | undefined): Promise<StateCount[]> {
  return sql.query<StateCount>(
    `SELECT pipeline, state, count(*) AS entries, min(enqueued_at) AS oldest FROM queue_entry
     WHERE $1::text IS NULL OR pipeline = $1 GROUP BY pipeline, state ORDER BY pipeline, state`,
    [pipeline ?? null],
  );
}
