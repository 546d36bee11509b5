import type { Sql } from '../../../database/sql.js';
import type { DueRun, TakenSlot } from '../due-run.js';

/** Where the schedules of a pipeline stand. */
export interface ScheduleState {
  readonly pipeline: string;
  readonly now: Date;
  readonly lastFullSync: Date | null;
  readonly slots: readonly TakenSlot[];
}

interface Row extends Omit<TakenSlot, 'kind'> {
  readonly pipeline: string;
  readonly now: Date;
  readonly lastFullSync: Date | null;
  readonly kind: TakenSlot['kind'] | null;
}

/** The schedules of these pipelines in one read, with the database's time: the clocks of several machines do not agree. */
export async function readSlots(sql: Sql, pipelines: readonly string[]): Promise<ScheduleState[]> {
  const rows = await sql.query<Row>(
    `SELECT p.pipeline, clock_timestamp() AS now, p.last_full_sync AS "lastFullSync", s.kind, s.slot, s.state, s.attempts,
            s.leased_until < clock_timestamp() AS lapsed, s.finished_at AS "finishedAt"
     FROM pipeline_state p
     LEFT JOIN LATERAL (
       SELECT DISTINCT ON (kind) * FROM schedule_slot WHERE pipeline = p.pipeline ORDER BY kind, state = 'running' DESC, slot DESC
     ) s ON true
     WHERE p.pipeline = ANY($1::text[])`,
    [pipelines],
  );
  const states = new Map<string, { pipeline: string; now: Date; lastFullSync: Date | null; slots: TakenSlot[] }>();
  for (const { pipeline, now, lastFullSync, kind, ...slot } of rows) {
    const state = states.get(pipeline) ?? { pipeline, now, lastFullSync, slots: [] };
    if (kind !== null) state.slots.push({ kind, ...slot });
    states.set(pipeline, state);
  }
  return [...states.values()];
}

export interface SlotOwner {
  readonly owner: string;
  readonly leaseMs: number;
}

/** How often a slot was taken: the fence of whoever holds it. */
export type SlotToken = number;

/** Takes a slot that nobody has, that failed, or whose owner died; null where another process was first (rule 24). */
export async function takeSlot(
  sql: Sql,
  pipeline: string,
  { kind, slot }: DueRun,
  { owner, leaseMs }: SlotOwner,
): Promise<SlotToken | null> {
  try {
    const [row] = await sql.query<{ attempts: number }>(
      `INSERT INTO schedule_slot AS s (pipeline, kind, slot, owner, leased_until)
       VALUES ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 ms')
       ON CONFLICT (pipeline, kind, slot) DO UPDATE SET
         state = 'running', owner = excluded.owner, leased_until = excluded.leased_until, attempts = s.attempts + 1, finished_at = NULL
       WHERE s.state = 'failed' OR (s.state = 'running' AND s.leased_until < clock_timestamp())
       RETURNING attempts`,
      [pipeline, kind, slot, owner, leaseMs],
    );
    return row?.attempts ?? null;
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

/** Closes a slot; older ones of its kind are of no use any more. What was given up on the way out is free at once. */
export async function closeSlot(
  sql: Sql,
  pipeline: string,
  { kind, slot }: DueRun,
  token: SlotToken,
  how: 'done' | 'failed' | 'given-up',
): Promise<void> {
  await sql.query(
    `WITH closed AS (
       UPDATE schedule_slot SET
         state = CASE WHEN $5 = 'given-up' THEN state ELSE $5 END,
         leased_until = LEAST(leased_until, clock_timestamp()),
         finished_at = CASE WHEN $5 = 'given-up' THEN NULL ELSE clock_timestamp() END
       WHERE pipeline = $1 AND kind = $2 AND slot = $3 AND attempts = $4 AND state = 'running'
     )
     DELETE FROM schedule_slot WHERE pipeline = $1 AND kind = $2 AND slot < $3 AND state <> 'running'`,
    [pipeline, kind, slot, token, how],
  );
}
