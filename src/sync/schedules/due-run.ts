import { lastTimeOf } from './last-time-of.js';

export type ScheduledKind = 'delta' | 'full';

/** What a pipeline file says of its schedules. */
export interface Schedules {
  readonly delta: { readonly everyMs: number } | null;
  readonly full: { readonly at: string } | null;
}

/** The newest slot of each kind that was taken, by whoever it was. */
export interface TakenSlot {
  readonly kind: ScheduledKind;
  readonly slot: Date;
  readonly state: 'running' | 'done' | 'failed';
  readonly attempts: number;
  /** Its owner gives no sign of life any more. */
  readonly lapsed: boolean;
  readonly finishedAt: Date | null;
}

export interface DueRun {
  readonly kind: ScheduledKind;
  readonly slot: Date;
}

/** A failed full pass is tried again after so long, then after twice that, up to an hour. */
const firstRetryMs = 5 * 60_000;
const longestRetryMs = 60 * 60_000;

/**
 * What is due of a pipeline at `now`, of the database's clock; null where nothing is, or another process is
 * at it. A run whose process died goes first. What was missed while nobody ran is run once. A pipeline that
 * was never read whole begins with that: a delta would only bring what changes from now on. Deltas go on while a full
 * pass lists: what changes in the hours that may take is not kept waiting.
 */
export function dueRun(
  schedules: Schedules,
  known: { readonly now: Date; readonly lastFullSync: Date | null; readonly slots: readonly TakenSlot[] },
): DueRun | null {
  const running = known.slots.filter(({ state }) => state === 'running');
  const lost = running.find(({ lapsed }) => lapsed);
  if (lost) return { kind: lost.kind, slot: lost.slot };
  if (running.some(({ kind }) => kind === 'delta')) return null;
  const { full, delta } = schedules;
  const newest = (kind: ScheduledKind): TakenSlot | undefined => known.slots.find((one) => one.kind === kind);
  const initial = known.lastFullSync === null && (full !== null || delta !== null) && newest('full')?.state !== 'done';
  const isListing = running.length > 0;
  if (initial && !isListing) return fullRun(newest('full')?.slot ?? known.now, newest('full'), known.now);
  if (full && !isListing) {
    const slot = lastTimeOf(full.at, known.now);
    const covered = slot === null || (known.lastFullSync !== null && known.lastFullSync >= slot);
    const due = covered ? null : fullRun(slot, newest('full'), known.now);
    if (due) return due;
  }
  if (!delta) return null;
  const slot = new Date(Math.floor(known.now.getTime() / delta.everyMs) * delta.everyMs);
  const last = newest('delta');
  return last && last.slot >= slot ? null : { kind: 'delta', slot };
}

function fullRun(slot: Date, last: TakenSlot | undefined, now: Date): DueRun | null {
  if (!last || last.slot < slot) return { kind: 'full', slot };
  if (last.state !== 'failed' || last.finishedAt === null) return null;
  const waitMs = Math.min(firstRetryMs * 2 ** (last.attempts - 1), longestRetryMs);
  return now.getTime() - last.finishedAt.getTime() >= waitMs ? { kind: 'full', slot: last.slot } : null;
}
