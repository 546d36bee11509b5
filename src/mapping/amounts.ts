import { z } from 'zod';

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const sizes = { B: 1, KB: 1024, MB: 1024 * 1024 } as const;

function scaled<Units extends Readonly<Record<string, number>>>(table: Units, text: string): number {
  const [, count = '', name = ''] = /^(\d+)([a-zA-Z]+)$/.exec(text) ?? [];
  return Number(count) * (table[name] ?? Number.NaN);
}

/** A span of time such as 30s, 1m or 2h, in milliseconds. */
export const duration = z
  .string()
  .regex(/^\d{1,6}(ms|s|m|h|d)$/, { message: 'it is no span of time' })
  .transform((text) => scaled(units, text))
  .describe('a span of time: 500ms, 30s, 1m, 2h or 1d');

/** An amount of memory such as 64KB or 1MB, in bytes. */
export const size = z
  .string()
  .regex(/^\d{1,6}(B|KB|MB)$/, { message: 'it is no size' })
  .transform((text) => scaled(sizes, text))
  .describe('a size: 500B, 64KB or 1MB');
