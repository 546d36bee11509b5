import { createHash } from 'node:crypto';
import type { Timing } from '../../model/timing.js';
import { lastTimeOf, timesBetween } from './last-time-of.js';

/** A timing with what its share of the jitter is drawn from: the same in every process. */
export type Scheduled = Timing & { readonly seed?: string };

/** Slots in a row. */
export interface Slots {
  readonly first: Date;
  readonly last: Date;
  readonly count: number;
}

/** So many times of a cron expression are counted, and no more: each costs a look at the calendar. */
const mostCounted = 60;

/** The newest slot that may start at `now`: its time, and its share of the jitter, have come. Null where there is none. */
export function lastSlot(timing: Scheduled, now: Date): Date | null {
  for (let slot = lastTime(timing, now); slot !== null; slot = lastTime(timing, new Date(slot.getTime() - 1)))
    if (slot.getTime() + shareOfJitter(timing, slot) <= now.getTime()) return slot;
  return null;
}

/** The slots after one and before another; null where there are none. */
export function slotsBetween(timing: Timing, after: Date, before: Date): Slots | null {
  if ('at' in timing) {
    const times = timesBetween(timing.at, after, before, mostCounted, timing.timezone);
    const [first] = times;
    const last = lastTime(timing, new Date(before.getTime() - 1));
    return first && last ? { first, last, count: times.length } : null;
  }
  const { everyMs } = timing;
  const [first, end] = [Math.floor(after.getTime() / everyMs) + 1, Math.ceil(before.getTime() / everyMs)];
  return end > first ? { first: new Date(first * everyMs), last: new Date((end - 1) * everyMs), count: end - first } : null;
}

function lastTime(timing: Timing, now: Date): Date | null {
  if ('at' in timing) return lastTimeOf(timing.at, now, timing.timezone);
  return new Date(Math.floor(now.getTime() / timing.everyMs) * timing.everyMs);
}

/** Milliseconds; the same for everybody who asks. */
export function shareOfJitter({ jitterMs = 0, seed = '' }: Scheduled, slot: Date): number {
  if (jitterMs === 0) return 0;
  const drawn = createHash('sha256').update(`${seed} ${slot.toISOString()}`).digest().readUInt32BE();
  return Math.floor((drawn / 2 ** 32) * jitterMs);
}
