import type { Sql } from '../../../database/sql.js';
import { documentsThatWere, leftOfRun } from '../../runs/sql/list-runs.js';
import type { RunToTell } from '../after-call.js';

/** What a run opened is delivered, or it has been over for so long that what waits still is told of by its alerts. */
const isDelivered = `(${leftOfRun} = 0 OR r.finished_at < clock_timestamp() - interval '15 min')`;
/** Counts are written beside the work: the last of them a moment after what they count. */
const isOver = `r.after_state = 'due' AND r.state <> 'running' AND r.pipeline = ANY($1::text[])
  AND coalesce(r.counted_at, r.finished_at) < clock_timestamp() - interval '1 s' AND ${isDelivered}`;
const changedNothing = `${documentsThatWere('written')} + ${documentsThatWere('takenDown')} = 0`;

/**
 * Takes the next run of these pipelines that is to be told and whose time has come, for as long as a call may take: who dies over it
 * leaves it to be taken again. One that changed nothing in the shop is told to nobody.
 */
export async function takeCall(sql: Sql, pipelines: readonly string[], leaseMs: number): Promise<RunToTell | null> {
  const [row] = await sql.query<RunToTell>(
    `WITH quiet AS (
       UPDATE sync_run r SET after_state = 'nothing' WHERE ${isOver} AND ${changedNothing}
     ),
     due AS (
       SELECT r.id FROM sync_run r
       WHERE ${isOver} AND NOT (${changedNothing}) AND coalesce(r.after_at, r.finished_at) <= clock_timestamp()
       ORDER BY r.id LIMIT 1 FOR UPDATE SKIP LOCKED
     )
     UPDATE sync_run r SET after_attempts = r.after_attempts + 1, after_at = clock_timestamp() + $2 * interval '1 ms'
     FROM due WHERE r.id = due.id
     RETURNING r.id AS run, r.pipeline, r.kind, r.trigger, r.state, r.started_at AS "startedAt", r.finished_at AS "finishedAt", r.counts,
               r.after_attempts AS attempt`,
    [pipelines, leaseMs],
  );
  return row ?? null;
}

/** How a try ended. */
export type CallEnd =
  | { readonly kind: 'called' }
  | { readonly kind: 'again'; readonly afterMs: number; readonly error: string }
  | { readonly kind: 'given-up'; readonly error: string };

/**
 * Writes down how a try ended; of one that was taken over meanwhile, nothing but that it was heard. What came to the run after it began
 * (`calledAgain`) is told by another call, whose tries are counted from the start.
 */
export async function closeCall(sql: Sql, { run, attempt }: Pick<RunToTell, 'run' | 'attempt'>, end: CallEnd): Promise<void> {
  const state = end.kind === 'again' ? 'due' : end.kind;
  await sql.query(
    `UPDATE sync_run SET after_state = $3, after_error = $4,
            after_at = CASE WHEN $3 = 'due' THEN clock_timestamp() + $5 * interval '1 ms' ELSE clock_timestamp() END
     WHERE id = $1 AND after_state = 'due' AND (after_attempts = $2 OR $3 = 'called' AND after_attempts > $2)`,
    [run, attempt, state, end.kind === 'called' ? null : end.error, end.kind === 'again' ? end.afterMs : null],
  );
}
