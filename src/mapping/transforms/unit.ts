import { z } from 'zod';
import { didYouMean } from '../did-you-mean.js';
import { parseNumber } from '../numbers.js';
import { defineTransform } from '../transform.js';
import { conversion, unitCodes } from '../units.js';

export const unit = defineTransform({
  keyword: 'unit',
  description:
    'Converts a metric ({ amount, unit }) to this unit and gives the bare number. A unit that cannot be converted is an error that names it.',
  option: z.string().describe('unit code as Akeneo spells it: KILOGRAM, CENTIMETER, …'),
  examples: [
    { option: 'KILOGRAM', input: { amount: '255', unit: 'GRAM' }, output: 0.255 },
    { option: 'KILOGRAM', input: { amount: 2, unit: 'KILOGRAM' }, output: 2 },
    { option: 'KILOGRAM', input: { amount: 2, unit: 'CRATE' }, error: 'unknown_unit' },
    { option: 'KILOGRAM', input: { amount: 2, unit: 'METER' }, error: 'unknown_unit' },
    { option: 'KILOGRAM', input: '2', error: 'wrong_type' },
    { option: 'KILOGRAM', input: { amount: null, unit: 'GRAM' } },
  ],
  compile(target, context) {
    if (!unitCodes.includes(target.toUpperCase())) context.mistake(`${target} is no unit code`, didYouMean(target, unitCodes));
    const conversions = new Map<string, ReturnType<typeof conversion>>();
    return (value, run) => {
      if (value === null || typeof value !== 'object' || Array.isArray(value))
        return run.fail('wrong_type', 'it is no metric ({ amount, unit })');
      if (value.amount === null || value.amount === undefined) return undefined;
      const amount = parseNumber(value.amount);
      if (amount === null || typeof value.unit !== 'string') return run.fail('wrong_type', 'it is no metric ({ amount, unit })');
      let convert = conversions.get(value.unit);
      if (convert === undefined) {
        convert = conversion(value.unit, target);
        // Unit codes come from the record: only a known one is worth remembering.
        if (convert !== null) conversions.set(value.unit, convert);
      }
      return convert ? convert(amount) : run.fail('unknown_unit', `${value.unit} cannot be converted to ${target}`);
    };
  },
});
