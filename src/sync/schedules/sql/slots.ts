import type { Sql } from '../../../database/sql.js';
import type { DueRun, KnownSlots, ScheduledKind, SkippedSlots, TakenSlot } from '../due-run.js';

/** Where the schedules of a pipeline stand. */
export interface ScheduleState extends KnownSlots {
  readonly pipeline: string;
  readonly accounted: Readonly<Partial<Record<ScheduledKind, Date>>>;
  /** Nothing is read from its source: a person paused the connection. */
  readonly pausedSource: string | null;
  /** Kinds that somebody asked for, and that run. */
  readonly requested: readonly string[];
}

interface Row extends Omit<TakenSlot, 'slot'> {
  readonly pipeline: string;
  readonly now: Date;
  readonly lastFullSync: Date | null;
  readonly pausedSource: string | null;
  readonly requested: readonly string[];
  /** Null: none of this kind was taken. */
  readonly slot: Date | null;
  readonly accounted: Date | null;
}

/** The schedules of these pipelines in one read, with the database's time: the clocks of several machines do not agree. */
export async function readSlots(sql: Sql, pipelines: readonly string[]): Promise<ScheduleState[]> {
  const rows = await sql.query<Row>(
    `SELECT p.pipeline, clock_timestamp() AS now, p.last_full_sync AS "lastFullSync", k.kind, s.slot, s.state, s.attempts,
            s.leased_until < clock_timestamp() AS lapsed, s.finished_at AS "finishedAt",
            (SELECT max(a.slot) FROM schedule_slot a WHERE a.pipeline = p.pipeline AND a.kind = k.kind) AS accounted,
            (SELECT c.connection FROM connection_state c
             WHERE c.connection = p.source_connection AND c.paused_by IS NOT NULL AND c.paused_until > now()) AS "pausedSource",
            ARRAY(SELECT q.kind FROM run_request q WHERE q.pipeline = p.pipeline AND q.state = 'running' AND NOT q.dry_run
                  AND q.leased_until > clock_timestamp()) AS requested
     FROM pipeline_state p
     CROSS JOIN (VALUES ('delta'), ('full'), ('sweep')) AS k (kind)
     LEFT JOIN LATERAL (
       SELECT * FROM (
         (SELECT * FROM schedule_slot r WHERE r.pipeline = p.pipeline AND r.kind = k.kind AND r.state = 'running')
         UNION ALL
         (SELECT * FROM schedule_slot t WHERE t.pipeline = p.pipeline AND t.kind = k.kind AND t.state <> 'skipped' ORDER BY t.slot DESC LIMIT 1)
       ) newest ORDER BY state = 'running' DESC LIMIT 1
     ) s ON true
     WHERE p.pipeline = ANY($1::text[])`,
    [pipelines],
  );
  return pipelines.flatMap((pipeline) => {
    const own = rows.filter((row) => row.pipeline === pipeline);
    const [first] = own;
    return first ? [stateOf(first, own)] : [];
  });
}

function stateOf({ pipeline, now, lastFullSync, pausedSource, requested }: Row, rows: readonly Row[]): ScheduleState {
  return {
    pipeline,
    now,
    lastFullSync,
    pausedSource,
    requested,
    slots: rows.flatMap(({ kind, slot, state, attempts, lapsed, finishedAt }) =>
      slot === null ? [] : [{ kind, slot, state, attempts, lapsed, finishedAt }],
    ),
    accounted: Object.fromEntries(rows.flatMap(({ kind, accounted }) => (accounted === null ? [] : [[kind, accounted]]))),
  };
}

export interface SlotOwner {
  readonly owner: string;
  readonly leaseMs: number;
}

/** How often a slot was taken: the fence of whoever holds it. */
export type SlotToken = number;

/**
 * Takes a slot that nobody has, that failed, that had to wait, or whose owner died; null where another process was first (rule 24), or
 * has taken a later one: who looked before that knows nothing of it. Then that is written down, unless something else is.
 */
export async function takeSlot(
  sql: Sql,
  pipeline: string,
  { kind, slot, note }: DueRun,
  { owner, leaseMs }: SlotOwner,
): Promise<SlotToken | null> {
  try {
    const [row] = await sql.query<{ attempts: number; state: string }>(
      `INSERT INTO schedule_slot AS s (pipeline, kind, slot, state, attempts, owner, leased_until, reason, first_slot, skipped)
       SELECT $1, $2, $3::timestamptz, n.state, n.attempts, $4, clock_timestamp() + $5 * interval '1 ms', n.reason, n.first_slot, n.skipped
       FROM (SELECT EXISTS (
         SELECT 1 FROM schedule_slot l WHERE l.pipeline = $1 AND l.kind = $2 AND l.slot > $3 AND l.state <> 'skipped'
       ) AS late) AS later
       JOIN (VALUES
         (false, 'running', 1, $6, NULL::timestamptz, 0),
         (true, 'skipped', 0, 'another process was at a later one', $3, 1)
       ) AS n (late, state, attempts, reason, first_slot, skipped) USING (late)
       ON CONFLICT (pipeline, kind, slot) DO UPDATE SET
         state = 'running', owner = excluded.owner, leased_until = excluded.leased_until, attempts = s.attempts + 1, finished_at = NULL,
         reason = excluded.reason, first_slot = NULL, skipped = 0
       WHERE excluded.state = 'running'
         AND (s.state = 'failed' OR (s.state = 'running' AND s.leased_until < clock_timestamp()) OR (s.state = 'skipped' AND s.skipped = 1))
       RETURNING s.attempts, s.state`,
      [pipeline, kind, slot, owner, leaseMs, note ?? null],
    );
    return row?.state === 'running' ? row.attempts : null;
  } catch (error) {
    // The index that lets one run of a pipeline and kind go at a time.
    if ((error as { code?: string }).code === '23505') return null;
    throw error;
  }
}

/** False: another process has taken it over. */
export async function keepSlot(sql: Sql, pipeline: string, { kind, slot }: DueRun, token: SlotToken, leaseMs: number): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE schedule_slot SET leased_until = clock_timestamp() + $5 * interval '1 ms'
     WHERE pipeline = $1 AND kind = $2 AND slot = $3 AND attempts = $4 AND state = 'running' RETURNING 1 AS kept`,
    [pipeline, kind, slot, token, leaseMs],
  );
  return rows.length === 1;
}

/** Writes down which slots have no run, and why. Whoever looked before somebody else wrote of them writes nothing. */
export async function recordSkipped(sql: Sql, pipeline: string, skipped: readonly SkippedSlots[]): Promise<void> {
  if (skipped.length === 0) return;
  await sql.query(
    `INSERT INTO schedule_slot (pipeline, kind, slot, state, attempts, finished_at, reason, first_slot, skipped)
     SELECT $1, n.kind, n.last, 'skipped', 0, clock_timestamp(), n.reason, n.first, n.count
     FROM jsonb_to_recordset($2::jsonb) AS n (kind text, first timestamptz, last timestamptz, count int, reason text)
     WHERE NOT EXISTS (SELECT 1 FROM schedule_slot s WHERE s.pipeline = $1 AND s.kind = n.kind AND s.slot >= n.first)
     ON CONFLICT DO NOTHING`,
    [pipeline, JSON.stringify(skipped)],
  );
}

/**
 * Closes a slot. What became of older ones is kept for a while, of deltas for a day, of the others for 90 days. What was given up on
 * the way out is free at once.
 */
export async function closeSlot(
  sql: Sql,
  pipeline: string,
  { kind, slot }: DueRun,
  token: SlotToken,
  how: 'done' | 'failed' | 'given-up',
  reason: string | null = null,
): Promise<void> {
  await sql.query(
    `WITH closed AS (
       UPDATE schedule_slot SET
         state = CASE WHEN $5 = 'given-up' THEN state ELSE $5 END,
         leased_until = LEAST(leased_until, clock_timestamp()),
         reason = coalesce($6, reason),
         finished_at = CASE WHEN $5 = 'given-up' THEN NULL ELSE clock_timestamp() END
       WHERE pipeline = $1 AND kind = $2 AND slot = $3 AND attempts = $4 AND state = 'running'
     )
     DELETE FROM schedule_slot WHERE pipeline = $1 AND kind = $2 AND state <> 'running'
       AND slot < $3::timestamptz - CASE WHEN $2 = 'delta' THEN interval '1 day' ELSE interval '90 days' END`,
    [pipeline, kind, slot, token, how, reason],
  );
}
