import type { Blackout } from '../../model/timing.js';
import { isBlackout } from './is-blackout.js';
import { lastSlot, slotsBetween, type Scheduled } from './slots-of.js';

export type ScheduledKind = 'delta' | 'full' | 'sweep';

/** What a pipeline file says of its schedules. */
export type Schedules = Readonly<Partial<Record<ScheduledKind, Scheduled | null>>> & { readonly blackouts?: readonly Blackout[] };

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

/** What is known of a pipeline, by the database's clock. */
export interface KnownSlots {
  readonly now: Date;
  readonly lastFullSync: Date | null;
  readonly slots: readonly TakenSlot[];
  /** Up to which slot of each kind it is written down what became of it. */
  readonly accounted?: Readonly<Partial<Record<ScheduledKind, Date>>>;
  /** Why nothing of a kind may start, of what is not said by its own schedules: a pause, a pipeline that goes first. */
  readonly waits?: Readonly<Partial<Record<ScheduledKind, string | null>>>;
}

export interface DueRun {
  readonly kind: ScheduledKind;
  readonly slot: Date;
  /** What a person should know of its start. */
  readonly note?: string;
}

/** Slots in a row that have no run, and why. */
export interface SkippedSlots {
  readonly kind: ScheduledKind;
  readonly first: Date;
  readonly last: Date;
  readonly count: number;
  readonly reason: string;
}

/** What lists everything goes first: it makes room for deltas as soon as it has begun. */
const inOrder = ['full', 'sweep', 'delta'] as const;

/** A failed pass is tried again after so long, then after twice that, up to an hour. */
const firstRetryMs = 5 * 60_000;
const longestRetryMs = 60 * 60_000;

/**
 * What is to be started of a pipeline; null where nothing is due, or something is in the way. A run whose process died goes first.
 * What was missed while nobody ran is run once. A pipeline that was never read whole begins with that: a delta would only bring what
 * changes from now on. Deltas go on while a pass lists: what changes in the hours that may take is not kept waiting.
 */
export function dueRun(schedules: Schedules, known: KnownSlots): DueRun | null {
  const lost = known.slots.find(({ state, lapsed }) => state === 'running' && lapsed);
  if (lost) return { kind: lost.kind, slot: lost.slot };
  for (const kind of inOrder) {
    const slot = wantedSlot(schedules, known, kind);
    if (slot !== null && hindrance(schedules, known, kind) === null) return { kind, slot };
  }
  return null;
}

/** The slots that have come and of which nothing is written down yet, but for the one that starts now: each without a run has a reason. */
export function skippedSlots(schedules: Schedules, known: KnownSlots, starts: DueRun | null): SkippedSlots[] {
  return inOrder.flatMap((kind): SkippedSlots[] => {
    const timing = schedules[kind];
    const slot = timing ? lastSlot(timing, known.now) : null;
    const told = known.accounted?.[kind] ?? null;
    if (!timing || slot === null || (told !== null && told >= slot)) return [];
    const missed = told === null ? null : slotsBetween(timing, told, slot);
    const skipped = missed ? [{ kind, ...missed, reason: 'no process looked while it was due' }] : [];
    if (starts?.kind === kind && starts.slot >= slot) return skipped;
    return [...skipped, { kind, first: slot, last: slot, count: 1, reason: reasonFor(schedules, known, kind, slot) }];
  });
}

/** Whether it is yet to be read whole for the first time, by whichever of its schedules. */
export function isNeverRead(schedules: Schedules, { lastFullSync, slots }: Pick<KnownSlots, 'lastFullSync' | 'slots'>): boolean {
  return lastFullSync === null && inOrder.some((kind) => schedules[kind]) && newest(slots, 'full')?.state !== 'done';
}

export function newest(slots: readonly TakenSlot[], kind: ScheduledKind): TakenSlot | undefined {
  return slots.find((one) => one.kind === kind);
}

function wantedSlot(schedules: Schedules, known: KnownSlots, kind: ScheduledKind): Date | null {
  const last = newest(known.slots, kind);
  const neverRead = isNeverRead(schedules, known);
  if (kind === 'full' && neverRead) return passSlot(last?.slot ?? known.now, last, known.now);
  const timing = schedules[kind];
  const slot = timing ? lastSlot(timing, known.now) : null;
  if (slot === null) return null;
  if (kind === 'delta') return last && last.slot >= slot ? null : slot;
  return neverRead || isCovered(known, slot) ? null : passSlot(slot, last, known.now);
}

/** Somebody has read everything since. */
function isCovered({ lastFullSync }: KnownSlots, slot: Date): boolean {
  return lastFullSync !== null && lastFullSync >= slot;
}

function passSlot(slot: Date, last: TakenSlot | undefined, now: Date): Date | null {
  if (!last || last.slot < slot) return slot;
  if (last.state !== 'failed' || last.finishedAt === null) return null;
  const waitMs = Math.min(firstRetryMs * 2 ** (last.attempts - 1), longestRetryMs);
  return now.getTime() - last.finishedAt.getTime() >= waitMs ? last.slot : null;
}

/** Why nothing of this kind may start now; null where it may. */
function hindrance(schedules: Schedules, known: KnownSlots, kind: ScheduledKind): string | null {
  const running = known.slots.filter(({ state }) => state === 'running');
  const inTheWay = running.find((one) => one.kind === 'delta' || kind !== 'delta');
  if (inTheWay) return inTheWay.kind === kind ? 'the one before is still running' : `a ${inTheWay.kind} is still running`;
  if (isBlackout(schedules.blackouts ?? [], kind, known.now)) return 'blackout';
  const waits = known.waits?.[kind] ?? null;
  if (waits !== null) return waits;
  return kind === 'delta' && running.length === 0 && isNeverRead(schedules, known) ? 'nothing was read whole yet' : null;
}

function reasonFor(schedules: Schedules, known: KnownSlots, kind: ScheduledKind, slot: Date): string {
  if (kind !== 'delta' && isCovered(known, slot)) return 'everything was read since';
  return (
    hindrance(schedules, known, kind) ?? (isNeverRead(schedules, known) ? 'the first load reads everything' : 'another run goes first')
  );
}
