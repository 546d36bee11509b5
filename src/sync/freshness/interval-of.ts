import type { Timing } from '../../model/timing.js';
import { timesBetween } from '../schedules/last-time-of.js';

const lookAheadMs = 5 * 366 * 24 * 3_600_000;
const looked = 9;

/** The shortest time between two of a schedule, milliseconds: of a cron expression, of its next times; null where it has fewer than two. */
export function intervalOf(timing: Timing, now: Date): number | null {
  if (!('at' in timing)) return timing.everyMs;
  const times = timesBetween(timing.at, now, new Date(now.getTime() + lookAheadMs), looked, timing.timezone);
  const between = times.slice(1).map((time, index) => time.getTime() - (times[index] ?? time).getTime());
  return between.length === 0 ? null : Math.min(...between);
}
