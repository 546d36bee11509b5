import type { Sql } from '../../../database/sql.js';
import { toJsonb } from '../../../queue/sql/jsonb.js';

/** Something that events bring to a pipeline. */
export interface Brought {
  readonly pipeline: string;
  /** The pipeline has something called after its runs. */
  readonly after: boolean;
  /** By which delivery; absent, or without an id, where nobody can tell whether it came before. */
  readonly connection?: string;
  readonly delivery?: string | null;
}

export interface EventRun {
  readonly pipeline: string;
  readonly run: number;
  /** How long its window is open yet, milliseconds. */
  readonly restMs: number;
}

/** The open event run of a pipeline, of which a unique index lets one be. */
const isOpen = `r.trigger = 'event' AND r.state = 'running'`;

/**
 * Locks runs by number, and makes new ones by pipeline after that: whoever makes one waits for nobody who has an entry or a run.
 * One whose window is over makes place at once, so that steady events need not wait for whoever closes them; a statement that still writes to it is
 * counted there (`calledAgain`). A row that another made after this began is not seen here: it is asked for once more. Deliveries are looked up one by one:
 * asked whether there is none, the planner reads a week of them.
 */
const opening = `
  WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS now),
  asked AS MATERIALIZED (
    SELECT b.pipeline, bool_or(b.after) AS after
    FROM jsonb_to_recordset($1::jsonb) AS b(pipeline text, after boolean, connection text, delivery text)
    WHERE b.delivery IS NULL OR (SELECT true FROM webhook_delivery w WHERE w.connection = b.connection AND w.delivery = b.delivery LIMIT 1) IS NULL
    GROUP BY b.pipeline
  ),
  over AS MATERIALIZED (
    SELECT r.id FROM sync_run r
    WHERE ${isOpen} AND r.pipeline = ANY(ARRAY(SELECT pipeline FROM asked)) AND r.alive_until <= (SELECT now FROM moment)
    ORDER BY r.id FOR UPDATE
  ),
  closed AS (
    UPDATE sync_run r SET state = 'completed', finished_at = clock_timestamp() FROM over o WHERE r.id = o.id RETURNING r.id
  ),
  made AS (
    INSERT INTO sync_run (pipeline, kind, trigger, alive_until, after_state)
    SELECT a.pipeline, 'partial', 'event', clock_timestamp() + $2 * interval '1 ms', CASE WHEN a.after THEN 'due' END
    FROM asked a
    WHERE (SELECT count(*) FROM closed) >= 0
      AND NOT EXISTS (SELECT 1 FROM sync_run r WHERE ${isOpen} AND r.pipeline = a.pipeline AND r.alive_until > (SELECT now FROM moment))
    ORDER BY a.pipeline
    ON CONFLICT (pipeline) WHERE trigger = 'event' AND state = 'running' DO NOTHING
    RETURNING id, pipeline, alive_until
  )
  SELECT a.pipeline, coalesce(m.id, r.id) AS run,
         (extract(epoch FROM coalesce(m.alive_until, r.alive_until) - clock_timestamp()) * 1000)::float8 AS "restMs"
  FROM asked a
  LEFT JOIN made m ON m.pipeline = a.pipeline
  LEFT JOIN sync_run r ON ${isOpen} AND r.pipeline = a.pipeline AND r.alive_until > (SELECT now FROM moment)`;

const mostTries = 20;

/**
 * The event run of each pipeline that something new is brought to, opened where there is none. What only deliveries bring that came before
 * gets none: a run that counts nothing would be noise.
 */
export async function openEventRuns(sql: Sql, brought: readonly Brought[], windowMs: number): Promise<EventRun[]> {
  const found: EventRun[] = [];
  let wanted = brought;
  for (let tries = 1; wanted.length > 0; tries += 1) {
    const rows = await sql.query<EventRun | { readonly pipeline: string; readonly run: null }>(opening, [toJsonb(wanted), windowMs]);
    const missing = new Set(rows.flatMap(({ pipeline, run }) => (run === null ? [pipeline] : [])));
    for (const row of rows) if (row.run !== null) found.push(row);
    if (missing.size > 0 && tries === mostTries) throw new Error(`no event run could be opened for ${[...missing].join(', ')}`);
    wanted = wanted.filter(({ pipeline }) => missing.has(pipeline));
  }
  return found;
}

/** Closes those whose window has been over for `graceMs`; one that is written to at this moment comes with the next look. Answers how many. */
export async function closeEventRuns(sql: Sql, graceMs: number): Promise<number> {
  const rows = await sql.query(
    `UPDATE sync_run r SET state = 'completed', finished_at = clock_timestamp()
     FROM (SELECT r.id FROM sync_run r WHERE ${isOpen} AND r.alive_until <= clock_timestamp() - $1 * interval '1 ms'
           ORDER BY r.id FOR UPDATE SKIP LOCKED) o
     WHERE r.id = o.id RETURNING r.id`,
    [graceMs],
  );
  return rows.length;
}
