import type { Sql } from '../../../database/sql.js';
import type { ScheduledKind } from '../due-run.js';

/** A time of a schedule, or several in a row that have no run, and what became of it. */
export interface SlotReport {
  readonly kind: ScheduledKind;
  /** When it was due; of several, the last. */
  readonly slot: Date;
  readonly state: 'running' | 'done' | 'failed' | 'skipped';
  /** How often it was begun: more than once where it failed, or its process died. */
  readonly attempts: number;
  /** Why it has no run, or what it was started without; null: there is nothing to say. */
  readonly reason: string | null;
  /** The first of several that have no run. */
  readonly firstSlot: Date | null;
  /** How many have no run; 0 of one that has. Of cron expressions no more than 60 in a row are counted. */
  readonly skipped: number;
}

/** The newest of each kind, the newest first. */
export async function newestSlots(sql: Sql, pipeline: string, ofEach = 10): Promise<SlotReport[]> {
  return sql.query<SlotReport>(
    `SELECT s.kind, s.slot, s.state, s.attempts, s.reason, s.first_slot AS "firstSlot", s.skipped
     FROM (VALUES ('delta'), ('full'), ('sweep')) AS k (kind)
     CROSS JOIN LATERAL (
       SELECT * FROM schedule_slot n WHERE n.pipeline = $1 AND n.kind = k.kind ORDER BY n.slot DESC LIMIT $2
     ) s
     ORDER BY s.kind, s.slot DESC`,
    [pipeline, ofEach],
  );
}

/** Of one kind, newest first, those before a time. */
export async function listSlots(
  sql: Sql,
  pipeline: string,
  kind: ScheduledKind,
  before: Date | null,
  limit: number,
): Promise<SlotReport[]> {
  return sql.query<SlotReport>(
    `SELECT kind, slot, state, attempts, reason, first_slot AS "firstSlot", skipped FROM schedule_slot
     WHERE pipeline = $1 AND kind = $2 AND ($3::timestamptz IS NULL OR slot < $3) ORDER BY slot DESC LIMIT $4`,
    [pipeline, kind, before, limit],
  );
}
