import type { Timing } from '../../model/timing.js';
import { lastTimeOf } from '../schedules/last-time-of.js';

/** The shortest time between two of a schedule, milliseconds: of a cron expression, of its last times; null where it has had none. */
export function intervalOf(timing: Timing, now: Date): number | null {
  if (!('at' in timing)) return timing.everyMs;
  const times: number[] = [];
  for (let time = lastTimeOf(timing.at, now, timing.timezone); time !== null && times.length < 8;) {
    times.push(time.getTime());
    time = lastTimeOf(timing.at, new Date(time.getTime() - 1), timing.timezone);
  }
  const between = times.slice(1).map((time, index) => (times[index] ?? time) - time);
  return between.length === 0 ? null : Math.min(...between);
}
