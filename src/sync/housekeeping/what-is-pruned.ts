import type { KeepDays } from '../../config/settings.js';

/** A table that only grows, with a number that rises as rows come. */
export interface Pruned {
  readonly table: string;
  /** Its column that says how old a row is. */
  readonly time: string;
  /** Which of the settings says how long its rows are kept. */
  readonly keep: keyof KeepDays;
  /** Rows that stay however old they are (`t` is the row). */
  readonly spared: string;
}

/** Runs that something still refers to: open entries are counted for theirs, a pass that was interrupted goes on under its number. */
const runsInUse = `t.state = 'running'
  OR t.id = ANY(ARRAY(SELECT DISTINCT run FROM queue_entry WHERE run IS NOT NULL))
  OR t.id = ANY(ARRAY(SELECT run FROM held_removal WHERE state IN ('collecting', 'held') AND run IS NOT NULL))
  OR t.id = ANY(ARRAY(SELECT last_pass FROM pipeline_state WHERE last_pass IS NOT NULL))
  OR t.id::text = ANY(ARRAY(SELECT cursor ->> 'pass' FROM feed_cursor WHERE jsonb_typeof(cursor) = 'object' AND cursor ->> 'pass' IS NOT NULL))
  OR t.id = ANY(ARRAY(SELECT max(id) FROM sync_run GROUP BY pipeline, kind, trigger = 'event'))`;

/** In the order in which they go: what names a run goes before it. */
export const pruned: readonly Pruned[] = [
  {
    table: 'sync_error',
    time: 'time',
    keep: 'errors',
    // Why an entry waits for a person is asked when the person comes.
    spared: `EXISTS (SELECT 1 FROM queue_entry e WHERE e.pipeline = t.pipeline AND e.entity_key = t.entity_key AND e.state IN ('dead', 'absent', 'held'))`,
  },
  {
    table: 'held_removal',
    time: 'created_at',
    keep: 'runs',
    spared: `t.state IN ('collecting', 'held') OR t.id = ANY(ARRAY(SELECT DISTINCT removal_set FROM queue_entry WHERE removal_set IS NOT NULL))`,
  },
  {
    table: 'alert_message',
    time: 'created_at',
    keep: 'deliveries',
    // Where an alert that is open was told is told that it is over.
    spared: `t.state = 'due' OR EXISTS (SELECT 1 FROM incident i WHERE i.id = t.incident AND (i.state = 'open' OR NOT i.recovery_told))`,
  },
  { table: 'alert_mute', time: 'until', keep: 'deliveries', spared: 'false' },
  { table: 'incident', time: 'last_at', keep: 'errors', spared: `t.state = 'open'` },
  { table: 'document_history', time: 'time', keep: 'history', spared: 'false' },
  { table: 'sync_run', time: 'started_at', keep: 'runs', spared: runsInUse },
  { table: 'run_request', time: 'requested_at', keep: 'runs', spared: `t.state IN ('waiting', 'running')` },
  { table: 'audit_log', time: 'time', keep: 'audit', spared: 'false' },
];
