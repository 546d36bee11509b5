import { z } from 'zod';
import { defineTransform } from '../transform.js';

const words = new Map<unknown, boolean>([
  [true, true],
  [1, true],
  ['1', true],
  ['true', true],
  [false, false],
  [0, false],
  ['0', false],
  ['false', false],
]);

export const boolean = defineTransform<true | 'number'>({
  keyword: 'boolean',
  description: 'Makes true or false of true, "true", 1, "1" and their opposites; as 1 or 0 with `number` (what Magento stores).',
  option: z.union([z.literal(true), z.literal('number')]).describe('true for true/false, number for 1/0'),
  examples: [
    { option: true, input: '1', output: true },
    { option: true, input: false, output: false },
    { option: 'number', input: true, output: 1 },
    { option: true, input: 'yes', error: 'not_a_boolean' },
  ],
  compile: (as) => (value, run) => {
    const found = words.get(typeof value === 'string' ? value.trim().toLowerCase() : value);
    if (found === undefined) return run.fail('not_a_boolean', 'it is neither true nor false');
    return as === 'number' ? Number(found) : found;
  },
});
