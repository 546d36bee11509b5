import { z } from 'zod';

const literal = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const completeness = z
  .strictObject({
    channel: z.string().describe('channel of the source'),
    locales: z.array(z.string()).min(1).describe('locales of that channel: every one of them must be complete'),
    min: z.number().min(0).max(100).default(100).describe('percent that is enough, 100 where not said'),
  })
  .describe('{ channel, locales, min }');

const call = z
  .strictObject({
    call: z.string().describe('name of a function that a file in functions/ exports'),
    reads: z.array(z.string()).min(1).optional().describe('the paths the function reads'),
  })
  .describe('{ call, reads }');

/** What one entry of `when` may ask for. */
export type Asked = z.output<typeof literal> | readonly z.output<typeof literal>[] | Completeness | Call;
export type Completeness = z.output<typeof completeness>;
export type Call = z.output<typeof call>;

export const whenSchema = z
  .record(z.string(), z.union([literal, z.array(literal).min(1), completeness, call]))
  .describe(
    'what a record must have to be in the shop at all: { path: value, a list of values, or null for none }, { completeness: { channel, locales, min } }, { name: { call, reads } }',
  );

export type When = z.output<typeof whenSchema>;

/** Every path that decides whether a record is in the shop. */
export function pathsAsked(when: When = {}): string[] {
  return Object.entries(when).flatMap(([path, asked]) => (isCall(asked) ? (asked.reads ?? []) : [path]));
}

export function isCall(asked: Asked): asked is Call {
  return asked !== null && typeof asked === 'object' && 'call' in asked;
}

export function isCompleteness(asked: Asked): asked is Completeness {
  return asked !== null && typeof asked === 'object' && 'channel' in asked;
}

/** The paths that decide whether a record is in the shop. */
export function pathsOf(when: When): string[] {
  return Object.entries(when).flatMap(([path, asked]) => (isCall(asked) ? (asked.reads ?? []) : [path]));
}
