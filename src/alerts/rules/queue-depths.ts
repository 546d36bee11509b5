import type { Sql } from '../../database/sql.js';

/** What waits to be delivered of a pipeline that was read whole once; nothing of one that a person paused. */
export interface QueueDepth {
  readonly pipeline: string;
  readonly waiting: number;
  /** When the one that has waited longest was queued. */
  readonly oldest: Date | null;
  readonly oldestKeys: readonly string[];
  /** A person froze the shop: most of it is meant to be behind. */
  readonly isFrozen: boolean;
}

export async function readQueueDepths(sql: Sql): Promise<QueueDepth[]> {
  return sql.query<QueueDepth>(
    `SELECT p.pipeline, count(q.entity_key) AS waiting, min(q.enqueued_at) AS oldest, coalesce((
       SELECT array_agg(o.entity_key) FROM (
         SELECT e.entity_key FROM queue_entry e WHERE e.pipeline = p.pipeline AND e.state IN ('ready', 'leased', 'waiting', 'submitted')
         ORDER BY e.enqueued_at LIMIT 5) o), '{}') AS "oldestKeys",
       EXISTS (SELECT 1 FROM connection_state f WHERE f.connection = p.target_connection AND f.frozen_at IS NOT NULL) AS "isFrozen"
     FROM pipeline_state p
     LEFT JOIN queue_entry q ON q.pipeline = p.pipeline AND q.state IN ('ready', 'leased', 'waiting', 'submitted')
     WHERE p.last_full_sync IS NOT NULL AND NOT p.paused AND NOT EXISTS (
       SELECT 1 FROM connection_state c WHERE c.connection IN (p.source_connection, p.target_connection) AND c.paused_by IS NOT NULL AND c.paused_until > now())
     GROUP BY p.pipeline`,
  );
}
