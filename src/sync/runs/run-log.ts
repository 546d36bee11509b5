import type { Sql } from '../../database/sql.js';
import { secrets } from '../../logging/secrets.js';
import type { RunCounts } from './run-counts.js';
import type { Phases } from './run-phases.js';
import type { RunWatch } from './run-watch.js';

export type RunKind = 'delta' | 'full' | 'sweep' | 'partial' | 'drain';
/** As it is written down: a full pass of what was never read whole is the first load. */
export type RecordedKind = RunKind | 'initial';
/** Runs of `event` note what events bring (`sql/event-runs.ts`): no process has them, and nothing is read by them. */
export type RunTrigger = 'command' | 'schedule' | 'api' | 'event';

/** What is known of a run when it begins. */
export interface NewRun {
  readonly pipeline: string;
  readonly kind: RecordedKind;
  readonly trigger: RunTrigger;
  readonly owner: string;
  /** "user anna"; null where a schedule did. */
  readonly by?: string | null | undefined;
  /** The time of its schedule. */
  readonly slot?: Date | null | undefined;
  /** What somebody asked for through the API: the request names its run from now on. */
  readonly request?: number | null | undefined;
  /** The cursor it moves: `feed_cursor`. */
  readonly feed: string;
  /** For so long its process is taken for alive (`RunWatch` renews it), milliseconds. */
  readonly aliveMs: number;
  /** Its pipeline has something called once it is delivered. */
  readonly after: boolean;
}

export async function startRun(sql: Sql, run: NewRun): Promise<number> {
  const [row] = await sql.query<{ id: number }>(
    `WITH run AS (
       INSERT INTO sync_run (pipeline, kind, trigger, owner, started_by, slot, alive_until, cursor_from, after_state)
       VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7 * interval '1 ms', ${cursorOf('$8')}, CASE WHEN $10 THEN 'due' END) RETURNING id
     ),
     request AS (UPDATE run_request SET run = run.id FROM run WHERE run_request.id = $9)
     SELECT id FROM run`,
    [
      ...[run.pipeline, run.kind, run.trigger, run.owner, run.by ?? null, run.slot ?? null, run.aliveMs, run.feed, run.request ?? null],
      run.after,
    ],
  );
  if (!row) throw new Error('the database answered no run id');
  return row.id;
}

/** Where reading stands. A cursor is the connector's own, and told only as long as a person could read it. */
function cursorOf(feed: string): string {
  return `(SELECT jsonb_build_object('position', f.position, 'cursor', CASE WHEN length(f.cursor::text) <= 2000 THEN f.cursor END)
    FROM feed_cursor f WHERE f.feed = ${feed})`;
}

/** How a run ended; why it failed, or what it held for a person, in a sentence. */
export interface RunEnd {
  readonly state: 'completed' | 'failed' | 'cancelled';
  readonly message: string | null;
  /** Who wanted it to end; absent where its process was told to, and somebody else goes on. */
  readonly cancelledBy?: string;
}

/** What the work of a run came to. What fails because it was told to stop has not failed. */
export async function endOfRun(work: Promise<string | null>, signal: AbortSignal, watch: Pick<RunWatch, 'cancelledBy'>): Promise<RunEnd> {
  try {
    const message = await work;
    return signal.aborted ? cancelled(watch, message) : { state: 'completed', message };
  } catch (error) {
    if (signal.aborted) return cancelled(watch, null);
    return { state: 'failed', message: secrets.hide(error instanceof Error ? error.message : String(error)) };
  }
}

function cancelled({ cancelledBy }: Pick<RunWatch, 'cancelledBy'>, message: string | null): RunEnd {
  return cancelledBy === null
    ? { state: 'cancelled', message }
    : { state: 'cancelled', message: `cancelled by ${cancelledBy}`, cancelledBy };
}

/** Closes a run. */
export async function finishRun(sql: Sql, run: number, { state, message }: RunEnd, feed: string, phases: Phases): Promise<void> {
  await sql.query(
    `UPDATE sync_run SET state = $2, finished_at = clock_timestamp(), error = $3, phases = $5::jsonb, cursor_to = ${cursorOf('$4')} WHERE id = $1`,
    [run, state, message, feed, JSON.stringify(phases)],
  );
}

/** Adds to what a run has counted so far: its entries may be delivered by several processes, and after it was closed. */
export async function addCounts(sql: Sql, run: number, { documents, ...entries }: RunCounts): Promise<void> {
  await sql.query(
    `UPDATE sync_run r SET counts =
       (SELECT jsonb_object_agg(key, value + coalesce((r.counts ->> key)::bigint, 0)) FROM jsonb_each_text($2::jsonb) AS e(key, text), CAST(text AS bigint) AS value)
       || jsonb_build_object('documents',
         (SELECT jsonb_object_agg(key, value + coalesce((r.counts -> 'documents' ->> key)::bigint, 0)) FROM jsonb_each_text($3::jsonb) AS d(key, text), CAST(text AS bigint) AS value))
       , counted_at = clock_timestamp()
     WHERE id = $1`,
    [run, JSON.stringify(entries), JSON.stringify(documents)],
  );
}

/** Closes the runs of a pipeline and a kind that a schedule started in a process which died. */
export async function closeLostRuns(sql: Sql, pipeline: string, kind: 'delta' | 'full' | 'sweep'): Promise<void> {
  await sql.query(
    `UPDATE sync_run SET state = 'failed', finished_at = now(), error = 'the process that ran it ended; it is taken up again'
     WHERE pipeline = $1 AND trigger = 'schedule' AND state = 'running' AND kind = ANY($2::text[])`,
    [pipeline, kind === 'full' ? ['full', 'initial'] : [kind]],
  );
}

/**
 * Closes runs whose process gives no sign of life: killed, or cut off for long; answers how many. Those of schedules and requests are taken up by
 * others before that. An event run that nobody has closed, because nobody takes events any more, is completed: it lost nothing.
 */
export async function closeSilentRuns(sql: Sql): Promise<number> {
  const rows = await sql.query<{ state: string }>(
    `UPDATE sync_run r SET finished_at = clock_timestamp(), state = CASE r.trigger WHEN 'event' THEN 'completed' ELSE 'failed' END,
            error = CASE WHEN r.trigger <> 'event' THEN 'the process that ran it ended; the next run goes on where it stood' END
     FROM (SELECT id FROM sync_run WHERE state = 'running' AND coalesce(alive_until, started_at + interval '1 day') < clock_timestamp() - interval '5 min'
           ORDER BY id FOR UPDATE) s
     WHERE r.id = s.id RETURNING r.state`,
  );
  return rows.filter(({ state }) => state === 'failed').length;
}
