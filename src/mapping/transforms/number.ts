import { z } from 'zod';
import { parseNumber, roundTo } from '../numbers.js';
import { defineTransform } from '../transform.js';

export const number = defineTransform({
  keyword: 'number',
  description: 'Makes a number of a text or number; with a count of decimals, rounds to it (half away from zero).',
  option: z
    .union([z.literal(true), z.number().int().min(0).max(10)])
    .describe('how many decimals (0 to 10), or true to keep them as they are'),
  examples: [
    { option: 2, input: '12.3', output: 12.3 },
    { option: 2, input: 1.005, output: 1.01 },
    { option: 0, input: '-2.5', output: -3 },
    { option: true, input: '0.3333', output: 0.3333 },
    { option: 2, input: '12,30', error: 'not_a_number' },
    { option: 2, input: { amount: 1 }, error: 'not_a_number' },
  ],
  compile: (decimals) => (value, run) => {
    const parsed = parseNumber(value);
    if (parsed === null) return run.fail('not_a_number', `${shown(value)} is not a number`);
    return decimals === true ? parsed : roundTo(parsed, decimals);
  },
});

/** A value as it may stand in a message: short, whatever it is. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
