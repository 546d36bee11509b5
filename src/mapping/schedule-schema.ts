import { CronTime } from 'cron';
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { duration } from './amounts.js';

const cron = z
  .string()
  .check((context) => {
    const problem = cronProblem(context.value);
    if (problem) context.issues.push({ code: 'custom', input: context.value, message: `it is no schedule: ${problem}` });
  })
  .describe("a cron expression: minute hour day month weekday, such as '0 3 * * *' for every night at three");

function cronProblem(expression: string): string | null {
  let times: CronTime;
  try {
    times = new CronTime(expression);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  try {
    times.getNextDateFrom(new Date());
    return null;
  } catch {
    return 'it names no time that ever comes';
  }
}

const timezone = z
  .string()
  .refine((name) => IANAZone.isValidZone(name), { message: 'there is no such time zone' })
  .describe("a time zone such as Europe/Berlin; the process's where not said");

/** The keys that say when something is due. */
export const timing = (what: string) => ({
  every: duration.optional().describe(`a span of time between two ${what}: 30s, 1m, 2h`),
  at: cron.optional(),
  timezone: timezone.optional(),
  jitter: duration.optional().describe('how much later it may start, each pipeline and time by a share of its own: 30s, 5m'),
});

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Minutes since midnight. */
const timeOfDay = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, { message: 'it is no time of day' })
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)))
  .describe("a time of day: '08:00', '20:30'");

/** Days become their numbers, 1 is Monday. */
export const blackouts = z
  .array(
    z.strictObject({
      days: z
        .array(z.enum(days).transform((day) => days.indexOf(day) + 1))
        .min(1)
        .optional()
        .describe('days on which it begins: mon, tue, wed, thu, fri, sat, sun; all of them where not said'),
      from: timeOfDay,
      to: timeOfDay,
      timezone: timezone.optional(),
      delta: z.boolean().default(false).describe('true: no delta starts either'),
    }),
  )
  .min(1)
  .describe('hours in which no full pass and no sweep starts: a list of { days, from, to, timezone, delta }');

export const allDays: readonly number[] = days.map((_, index) => index + 1);

/** What goes first, and how long a failure of it is waited for. */
export const prerequisites = z
  .array(
    z.union([
      z.string(),
      z.strictObject({
        pipeline: z.string().describe('name of a pipeline'),
        atMost: duration.prefault('1h').describe('how long a pass of it that failed is waited for, 1h where not said: 30m, 2h'),
      }),
    ]),
  )
  .min(1)
  .describe('pipelines whose full pass, or sweep, goes first where it is due: a list of names, or of { pipeline, atMost }');
