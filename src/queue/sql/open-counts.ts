import type { Sql } from '../../database/sql.js';
import { isPausedByPerson } from './is-paused.js';

export const entryStates = ['ready', 'leased', 'waiting', 'parked', 'submitted', 'dead', 'absent', 'held'] as const;
export type EntryState = (typeof entryStates)[number];

/** Entries of a pipeline by state. */
export type OpenCounts = Readonly<Record<EntryState, number>>;

export async function openCounts(sql: Sql, pipeline: string): Promise<OpenCounts> {
  const rows = await sql.query<{ state: EntryState; count: number }>(
    'SELECT state, count(*) AS count FROM queue_entry WHERE pipeline = $1 GROUP BY state',
    [pipeline],
  );
  const known = new Map(rows.map(({ state, count }) => [state, count]));
  return Object.fromEntries(entryStates.map((state) => [state, known.get(state) ?? 0])) as unknown as OpenCounts;
}

/**
 * Nothing is left that moves by itself: no entry is ready, leased, waiting for its next attempt, or due.
 * Parked entries that are not due wait for something else, and do not keep a run from ending; nor do
 * those of which the source said that they do not exist, and which wait in case it was behind (rule 10).
 * What a person paused moves for nobody: only what is under way there is waited for. Counted, not inferred from an empty claim (rule 24).
 */
export async function isDrained(sql: Sql, pipeline: string): Promise<boolean> {
  const [row] = await sql.query<{ drained: boolean }>(
    `SELECT NOT (
       EXISTS (SELECT 1 FROM queue_entry WHERE pipeline = $1 AND state = 'leased')
       OR NOT EXISTS (SELECT 1 FROM pipeline_state p WHERE p.pipeline = $1 AND ${isPausedByPerson('p')}) AND (
         EXISTS (SELECT 1 FROM queue_entry WHERE pipeline = $1 AND state = 'ready')
         OR EXISTS (SELECT 1 FROM queue_entry WHERE pipeline = $1 AND state IN ('waiting', 'parked') AND (state = 'waiting' AND error_code IS DISTINCT FROM 'not_found' OR due_at <= now())))
     ) AS drained`,
    [pipeline],
  );
  return row?.drained ?? false;
}
