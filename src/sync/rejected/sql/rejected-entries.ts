import type { Sql } from '../../../database/sql.js';

/** One thing that is wrong with a record which was given up on, as it was said last. */
export interface RejectedEntry {
  readonly pipeline: string;
  readonly key: string;
  /** mapping, rejected, conflict */
  readonly class: string | null;
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
  /** When that was said. */
  readonly time: Date;
}

/** Where a page begins: after this entry. */
export type Place = readonly [pipeline: string, key: string];

/**
 * What is wrong with so many records, by key: all mistakes of the last attempt of each. Records that the mapping or the shop refused; what was
 * only tried too often is none of a content team's business.
 */
export async function rejectedEntries(
  sql: Sql,
  pipeline: string | undefined,
  after: Place | null,
  limit: number,
): Promise<RejectedEntry[]> {
  return sql.query<RejectedEntry>(
    `WITH page AS MATERIALIZED (
       SELECT q.pipeline, q.entity_key, last.time
       FROM queue_entry q
       CROSS JOIN LATERAL (
         SELECT e.time FROM sync_error e
         WHERE e.pipeline = q.pipeline AND e.entity_key = q.entity_key AND e.severity = 'error'
           AND (e.code = q.error_code OR q.error_code = 'rejected_before')
         ORDER BY e.id DESC LIMIT 1
       ) last
       WHERE q.state = 'dead' AND ($1::text IS NULL OR q.pipeline = $1) AND ($2::text IS NULL OR (q.pipeline, q.entity_key) > ($2, $3::text))
       ORDER BY q.pipeline, q.entity_key LIMIT $4
     )
     SELECT p.pipeline, p.entity_key AS key, e.class, e.code, e.field, e.message, e.time
     FROM page p
     -- The mistakes of one attempt are written by one statement.
     JOIN sync_error e ON e.pipeline = p.pipeline AND e.entity_key = p.entity_key AND e.time = p.time AND e.severity = 'error'
     ORDER BY p.pipeline, p.entity_key, e.id`,
    [pipeline ?? null, after?.[0] ?? null, after?.[1] ?? null, limit],
  );
}
