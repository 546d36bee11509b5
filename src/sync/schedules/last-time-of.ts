import { CronTime } from 'cron';

const minute = 60_000;
const hour = 60 * minute;
const lookBack = [minute, hour, 24 * hour, 32 * 24 * hour, 367 * 24 * hour];

/** Between `from` and `next` the answer is the same. Null: none in the year before. */
interface Known {
  readonly last: Date | null;
  readonly from: Date;
  readonly next: Date | null;
}

/** A look at the calendar takes milliseconds, and the schedules of all pipelines are looked at twice a second. */
const known = new Map<string, readonly Known[]>();
const remembered = 3;

/**
 * The last time at or before `now` that a cron expression names, in a time zone (the process's, where none is named); null where it
 * names none within a year. A time that daylight saving leaves out is the end of the gap; of one that comes twice it is
 * the first. Expressions for every hour (`*`) go by real time instead: an hour that comes twice is two hours.
 */
export function lastTimeOf(expression: string, now: Date, timezone: string | null = null): Date | null {
  const key = `${expression} ${timezone ?? ''}`;
  const all = known.get(key) ?? [];
  const hit = all.find(({ from, next }) => from <= now && (next === null || now < next));
  if (hit) return hit.last;
  const cron = new CronTime(expression, timezone ?? undefined);
  const last = lookFor(cron, now);
  const found: Known = { last, from: last ?? now, next: nextAfter(cron, last ?? now) };
  known.set(key, [found, ...all].slice(0, remembered));
  return last;
}

/** The times after one and before another, the earliest first; no more than so many. */
export function timesBetween(expression: string, after: Date, before: Date, atMost: number, timezone: string | null = null): Date[] {
  const cron = new CronTime(expression, timezone ?? undefined);
  const found: Date[] = [];
  for (let next = nextAfter(cron, after); next !== null && next < before && found.length < atMost; next = nextAfter(cron, next))
    found.push(next);
  return found;
}

function lookFor(cron: CronTime, now: Date): Date | null {
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
    for (let from = time; ; from = new Date(from.getTime() + minute)) {
      const next = cron.getNextDateFrom(from, cron.timeZone);
      // Where a clock is put back by half an hour the library may answer a time that is past.
      if (next.toMillis() <= time.getTime()) continue;
      if (!isSecond(cron, next)) return next.toJSDate();
      from = next.toJSDate();
    }
  } catch {
    // The library looks ahead a few years and then says that there is no such time (30 February).
    return null;
  }
}

/** Whether the clock on the wall has shown this time before, on the day on which it was put back. */
function isSecond(cron: CronTime, time: ReturnType<CronTime['getNextDateFrom']>): boolean {
  if (isHourly(cron)) return false;
  return time.getPossibleOffsets().some((same) => same < time);
}

function isHourly({ source }: CronTime): boolean {
  const fields = String(source).trim().split(/\s+/);
  return fields.at(-4)?.startsWith('*') ?? false;
}
