import { DateTime } from 'luxon';
import type { Blackout } from '../../model/timing.js';
import type { ScheduledKind } from './due-run.js';

/** Whether nothing of this kind may start now. What is under way goes on. */
export function isBlackout(blackouts: readonly Blackout[], kind: ScheduledKind, now: Date): boolean {
  return blackouts.some((blackout) => (kind !== 'delta' || blackout.delta) && covers(blackout, now));
}

function covers({ days, from, to, timezone }: Blackout, now: Date): boolean {
  const local = DateTime.fromJSDate(now, timezone === null ? {} : { zone: timezone });
  const minutes = local.hour * 60 + local.minute;
  const today = days.includes(local.weekday);
  if (from < to) return today && minutes >= from && minutes < to;
  const yesterday = days.includes(((local.weekday + 5) % 7) + 1);
  return (today && minutes >= from) || (yesterday && minutes < to);
}
