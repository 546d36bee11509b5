import { z } from 'zod';
import type { JsonObject } from '../../model/json.js';
import { parseNumber } from '../numbers.js';
import { defineTransform } from '../transform.js';
import { unitSymbol } from '../units.js';

export const readable = defineTransform({
  keyword: 'readable',
  description:
    'Makes a text for people of a value: a metric as amount (without trailing zeros), space and unit symbol, as it stands in the record and not converted; a boolean as Yes or No; anything else as it is.',
  option: z.boolean().describe('true: make a text for people of it'),
  examples: [
    { option: true, input: { amount: '32.0000', unit: 'INCH' }, output: '32 in' },
    { option: true, input: { amount: 0.5, unit: 'KILOGRAM' }, output: '0.5 kg' },
    { option: true, input: { amount: 3, unit: 'CRATE' }, output: '3 CRATE' },
    { option: true, input: { unit: 'INCH' }, error: 'wrong_type' },
    { option: true, input: true, output: 'Yes' },
    { option: true, input: '42', output: '42' },
  ],
  compile: (on) => (value, run) => {
    if (!on || value === null) return value;
    if (typeof value === 'boolean') return value ? 'Yes' : 'No';
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    const { amount, unit }: JsonObject = Array.isArray(value) ? {} : value;
    const number = parseNumber(amount);
    if (number === null || typeof unit !== 'string')
      return run.fail('wrong_type', 'it is neither a metric ({ amount, unit }) nor a single value');
    return `${number} ${unitSymbol(unit)}`;
  },
});
