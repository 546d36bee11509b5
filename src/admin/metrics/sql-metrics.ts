import type { Sql } from '../../database/sql.js';
import { lagSeconds } from '../../sync/freshness/sql/freshness.js';
import { entryStates } from '../../queue/sql/open-counts.js';

/** A figure that the database holds, for all processes alike. */
export interface SqlMetric {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Rows of `value` and one column a label; null is no figure. */
  readonly query: string;
}

const targets = 'SELECT DISTINCT target_connection AS connection FROM pipeline_state WHERE target_connection IS NOT NULL';

/** Every figure that is read when somebody asks for it. Adding one is an entry here, and a row in docs/metrics.md. */
export const sqlMetrics: readonly SqlMetric[] = [
  {
    name: 'pim2shop_queue_entries',
    help: 'entries in the queue, by state',
    labels: ['pipeline', 'state'],
    query: `SELECT p.pipeline, s.state, count(q.entity_key) AS value
            FROM pipeline_state p
            CROSS JOIN unnest('{${entryStates.join(',')}}'::text[]) AS s(state)
            LEFT JOIN queue_entry q ON q.pipeline = p.pipeline AND q.state = s.state
            GROUP BY p.pipeline, s.state`,
  },
  {
    name: 'pim2shop_queue_oldest_seconds',
    help: 'how long the oldest entry has been ready',
    labels: ['pipeline'],
    query: `SELECT p.pipeline, coalesce(extract(epoch FROM now() - min(q.enqueued_at)), 0)::float8 AS value
            FROM pipeline_state p LEFT JOIN queue_entry q ON q.pipeline = p.pipeline AND q.state = 'ready'
            GROUP BY p.pipeline`,
  },
  {
    name: 'pim2shop_lag_seconds',
    help: 'how far the shop is behind the source',
    labels: ['pipeline'],
    query: `SELECT pipeline, lag AS value FROM (SELECT p.pipeline, ${lagSeconds} AS lag FROM pipeline_state p) l WHERE lag < 'infinity'`,
  },
  {
    name: 'pim2shop_lag_objective_seconds',
    help: 'how far it may be behind, as its file says',
    labels: ['pipeline'],
    query: `SELECT pipeline, max_lag_ms / 1000.0 AS value FROM pipeline_state`,
  },
  {
    name: 'pim2shop_full_interval_seconds',
    help: 'the time between two full passes, as its file says',
    labels: ['pipeline'],
    query: `SELECT pipeline, full_every_ms / 1000.0 AS value FROM pipeline_state`,
  },
  {
    name: 'pim2shop_documents',
    help: 'documents that stand in the shop',
    labels: ['pipeline'],
    query: `SELECT p.pipeline, count(m.document_key) AS value
            FROM pipeline_state p LEFT JOIN mirror_document m ON m.pipeline = p.pipeline AND m.state = 'live'
            GROUP BY p.pipeline`,
  },
  {
    name: 'pim2shop_documents_in_doubt',
    help: 'documents that were sent without a definite answer so far',
    labels: ['pipeline'],
    query: `SELECT p.pipeline, count(m.document_key) AS value
            FROM pipeline_state p LEFT JOIN mirror_document m ON m.pipeline = p.pipeline AND m.in_doubt
            GROUP BY p.pipeline`,
  },
  {
    name: 'pim2shop_last_full_sync_timestamp_seconds',
    help: 'when the last full pass was completed',
    labels: ['pipeline'],
    query: `SELECT pipeline, extract(epoch FROM last_full_sync)::float8 AS value FROM pipeline_state`,
  },
  {
    name: 'pim2shop_last_success_timestamp_seconds',
    help: 'when a run was last completed',
    labels: ['pipeline', 'kind'],
    query: `SELECT pipeline, kind, extract(epoch FROM max(finished_at))::float8 AS value FROM sync_run WHERE state = 'completed' AND trigger <> 'event' GROUP BY pipeline, kind`,
  },
  {
    name: 'pim2shop_last_run_duration_seconds',
    help: 'how long the last completed run took',
    labels: ['pipeline', 'kind'],
    query: `SELECT DISTINCT ON (pipeline, kind) pipeline, kind, extract(epoch FROM finished_at - started_at)::float8 AS value
            FROM sync_run WHERE state = 'completed' AND trigger <> 'event' ORDER BY pipeline, kind, id DESC`,
  },
  {
    name: 'pim2shop_runs_running',
    help: 'runs that are under way',
    labels: ['pipeline'],
    query: `SELECT p.pipeline, count(r.id) AS value FROM pipeline_state p LEFT JOIN sync_run r ON r.pipeline = p.pipeline AND r.state = 'running' AND r.trigger <> 'event' GROUP BY p.pipeline`,
  },
  {
    name: 'pim2shop_held_removals',
    help: 'removals that wait for a person',
    labels: ['pipeline'],
    query: `SELECT p.pipeline, count(q.entity_key) AS value
            FROM pipeline_state p
            LEFT JOIN held_removal h ON h.pipeline = p.pipeline AND h.state = 'held'
            LEFT JOIN queue_entry q ON q.removal_set = h.id AND q.state = 'held'
            GROUP BY p.pipeline`,
  },
  {
    name: 'pim2shop_incidents_open',
    help: 'what a person has to know of, and is not over',
    labels: ['kind', 'severity'],
    query: `SELECT kind, severity, count(*) AS value FROM incident WHERE state = 'open' GROUP BY kind, severity`,
  },
  {
    name: 'pim2shop_alert_messages_sent',
    help: 'messages that a channel for alerts took, since there is one',
    labels: ['channel'],
    query: `SELECT channel, sent AS value FROM alert_channel`,
  },
  {
    name: 'pim2shop_alert_tries_failed',
    help: 'tries to send that a channel for alerts did not take',
    labels: ['channel'],
    query: `SELECT channel, failed AS value FROM alert_channel`,
  },
  {
    name: 'pim2shop_alert_messages_due',
    help: 'messages that a channel for alerts is yet to take',
    labels: ['channel'],
    query: `SELECT c.channel, count(m.id) AS value FROM alert_channel c LEFT JOIN alert_message m ON m.channel = c.channel AND m.state = 'due' GROUP BY c.channel`,
  },
  {
    name: 'pim2shop_paused',
    help: '1 where a person paused it',
    labels: ['what', 'name'],
    query: `SELECT 'pipeline' AS what, pipeline AS name, paused::int AS value FROM pipeline_state
            UNION ALL
            SELECT 'connection', connection, coalesce(paused_until > now() AND paused_by IS NOT NULL, false)::int FROM connection_state`,
  },
  {
    name: 'pim2shop_breaker_state',
    help: '0 where a shop gets what is for it, 2 where it is down and left alone, 1 while it is tried',
    labels: ['connection'],
    query: `SELECT t.connection, CASE WHEN c.opened_at IS NULL THEN 0 WHEN c.trial_until > now() THEN 1 ELSE 2 END AS value
            FROM (${targets}) t LEFT JOIN connection_state c USING (connection)`,
  },
  {
    name: 'pim2shop_breaker_failures',
    help: 'batches that failed one after the other because a shop was down',
    labels: ['connection'],
    query: `SELECT t.connection, coalesce(c.failures, 0) AS value FROM (${targets}) t LEFT JOIN connection_state c USING (connection)`,
  },
  {
    name: 'pim2shop_connection_slots',
    help: 'requests that a limit lets be under way; slots that processes have, and would have use for',
    labels: ['connection', 'state'],
    query: `SELECT s.connection, v.state, v.value FROM connection_slots s
            LEFT JOIN LATERAL (
              SELECT sum((h->>'slots')::int) AS held, sum((h->>'wanted')::int) AS wanted FROM jsonb_path_query(s.holders, '$.*') h
              WHERE (h->>'until')::float8 > extract(epoch FROM clock_timestamp()) * 1000
            ) live ON true
            CROSS JOIN LATERAL (VALUES ('limit', s.most), ('held', coalesce(live.held, 0)), ('wanted', coalesce(live.wanted, 0))) AS v (state, value)`,
  },
  {
    name: 'pim2shop_frozen',
    help: '1 where a person froze it',
    labels: ['connection'],
    query: `SELECT connection, (frozen_at IS NOT NULL)::int AS value FROM connection_state`,
  },
];

/** Reads a figure; rows without one are left out. */
export async function readMetric(sql: Sql, { query, labels }: SqlMetric): Promise<{ labels: Record<string, string>; value: number }[]> {
  const rows = await sql.query<Record<string, string | number | null>>(query);
  return rows.flatMap((row) =>
    row.value === null
      ? []
      : [{ labels: Object.fromEntries(labels.map((label) => [label, String(row[label])])), value: Number(row.value) }],
  );
}
