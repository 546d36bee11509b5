import type { Sql } from '../../../database/sql.js';
import { forecast, type Forecast, type PassExtent, type Sample } from '../../forecast/forecast.js';
import type { Phases } from '../run-phases.js';

export interface RunFilter {
  readonly pipeline?: string | undefined;
  readonly kind?: string | undefined;
  readonly trigger?: string | undefined;
  readonly state?: string | undefined;
}

/** A run as a person looks at it. */
export interface ListedRun {
  readonly id: number;
  readonly pipeline: string;
  readonly kind: string;
  readonly trigger: string;
  /** "user anna"; null where a schedule or events started it. */
  readonly startedBy: string | null;
  /** The time of its schedule. */
  readonly slot: Date | null;
  readonly state: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** Who wants it to end, or had it end. */
  readonly cancelledBy: string | null;
  readonly counts: Readonly<Record<string, unknown>>;
  /** How many of the entries it opened are still open, by what it counted (S15): enqueued + revived less all that were closed. */
  readonly left: number;
  readonly error: string | null;
}

/** Where reading stood. */
export interface RunCursor {
  readonly position: number | null;
  /** The connector's own; null where it is too long to be read. */
  readonly cursor: unknown;
}

export interface ShownRun extends ListedRun {
  /** What it did when; null as long as it goes on. */
  readonly phases: Readonly<Record<string, { readonly startedAt: Date; readonly finishedAt: Date | null }>>;
  /** Null where nobody had read anything before; of a pass: where it began new. */
  readonly cursorFrom: RunCursor | null;
  readonly cursorTo: RunCursor | null;
  /** Something of it was counted last: its entries may be delivered after it was closed. */
  readonly countedAt: Date | null;
  /** Its entries that are open, by state: as many as `left`, and with them those that wait for a person. */
  readonly open: Readonly<Record<string, number>>;
  readonly errors: number;
  readonly warnings: number;
  readonly forecast: Forecast | null;
  /** What is called after it; null where its pipeline has nothing called. */
  readonly after: RunAfter | null;
}

/** How the call after a run stands: due, called, given-up, or nothing (the run changed nothing in the shop). */
export interface RunAfter {
  readonly state: string;
  readonly attempts: number;
  /** When it is tried next, or was done with. */
  readonly at: Date | null;
  readonly error: string | null;
}

const closed = ['settled', 'unchanged', 'removed', 'dead', 'discarded', 'absent'];
const count = (name: string): string => `coalesce((counts ->> '${name}')::bigint, 0)`;
/** How many of the documents of a run came to this, in SQL over `sync_run`. */
export const documentsThatWere = (name: string): string => `coalesce((counts -> 'documents' ->> '${name}')::bigint, 0)`;
/** How many of the entries that a run opened are open, in SQL over `sync_run`. */
export const leftOfRun = `greatest(0, ${count('enqueued')} + ${count('revived')} - (${closed.map(count).join(' + ')}))`;

const columns = `id, pipeline, kind, trigger, started_by AS "startedBy", slot, state, started_at AS "startedAt", finished_at AS "finishedAt",
  cancelled_by AS "cancelledBy", counts,
  ${leftOfRun} AS left, error`;

/** Newest first, those before run `before`. */
export async function listRuns(
  sql: Sql,
  { pipeline, kind, trigger, state }: RunFilter,
  before: number | null,
  limit: number,
): Promise<ListedRun[]> {
  return sql.query<ListedRun>(
    `SELECT ${columns} FROM sync_run
     WHERE ($1::text IS NULL OR pipeline = $1) AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR state = $3) AND ($4::bigint IS NULL OR id < $4)
       AND ($6::text IS NULL OR trigger = $6)
     ORDER BY id DESC LIMIT $5`,
    [pipeline ?? null, kind ?? null, state ?? null, before, limit, trigger ?? null],
  );
}

/** How a run stands. */
export interface RunNow extends ListedRun {
  /** Of a pass: how much is left, and for how long. */
  readonly forecast: Forecast | null;
}

/** These runs, as they are now; of those that are not known, nothing. */
export async function readRuns(sql: Sql, ids: readonly number[]): Promise<RunNow[]> {
  const rows = await sql.query<ListedRun & { readonly progress: PassProgress | null }>(
    `SELECT ${columns}, progress FROM sync_run WHERE id = ANY($1::bigint[])`,
    [ids],
  );
  return rows.map(({ progress, ...run }) => ({ ...run, forecast: forecastOf(progress) }));
}

interface Row extends Omit<ShownRun, 'phases' | 'forecast' | 'after'> {
  readonly afterState: string | null;
  readonly afterAttempts: number;
  readonly afterAt: Date | null;
  readonly afterError: string | null;
  readonly phases: Phases;
  readonly progress: PassProgress | null;
}

type PassProgress = Partial<PassExtent> & { readonly samples?: readonly Sample[] };

/** Null where there is no such run. */
export async function showRun(sql: Sql, id: number): Promise<ShownRun | null> {
  const [row] = await sql.query<Row>(
    `SELECT ${columns}, phases, cursor_from AS "cursorFrom", cursor_to AS "cursorTo", counted_at AS "countedAt", progress,
       (SELECT coalesce(jsonb_object_agg(o.state, o.count), '{}') FROM
         (SELECT q.state, count(*) FROM queue_entry q WHERE q.pipeline = r.pipeline AND q.run = r.id GROUP BY q.state) o) AS open,
       (SELECT count(*) FROM sync_error e WHERE e.run = r.id AND e.severity = 'error') AS errors,
       (SELECT count(*) FROM sync_error e WHERE e.run = r.id AND e.severity = 'warning') AS warnings,
       after_state AS "afterState", after_attempts AS "afterAttempts", after_at AS "afterAt", after_error AS "afterError"
     FROM sync_run r WHERE id = $1`,
    [id],
  );
  if (!row) return null;
  const { phases, progress, afterState, afterAttempts: attempts, afterAt: at, afterError: error, ...run } = row;
  const after = afterState === null ? null : { state: afterState, attempts, at, error };
  return { ...run, phases: timesOf(phases, run.startedAt), forecast: forecastOf(progress), after };
}

function timesOf(phases: Phases, start: Date): ShownRun['phases'] {
  const after = (ms: number): Date => new Date(start.getTime() + ms);
  return Object.fromEntries(
    Object.entries(phases).map(([name, [from, to]]) => [name, { startedAt: after(from), finishedAt: to === null ? null : after(to) }]),
  );
}

function forecastOf(progress: PassProgress | null): Forecast | null {
  if (progress?.listed === undefined) return null;
  return forecast({ listed: progress.listed, total: progress.total ?? null, complete: progress.complete ?? false }, progress.samples ?? []);
}
