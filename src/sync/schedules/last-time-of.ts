import { CronTime } from 'cron';

const hour = 3_600_000;
const lookBack = [hour, 24 * hour, 32 * 24 * hour, 367 * 24 * hour];

/** The last time at or before `now` that a cron expression names, in the process's time zone; null where it names none within a year. */
export function lastTimeOf(expression: string, now: Date): Date | null {
  const cron = new CronTime(expression);
  for (const span of lookBack) {
    let found: Date | null = null;
    for (let next = nextAfter(cron, new Date(now.getTime() - span)); next !== null && next <= now; next = nextAfter(cron, next))
      found = next;
    if (found) return found;
  }
  return null;
}

function nextAfter(cron: CronTime, time: Date): Date | null {
  try {
    return cron.getNextDateFrom(time).toJSDate();
  } catch {
    // The library looks ahead a few years and then says that there is no such time (30 February).
    return null;
  }
}
