import { z } from 'zod';
import type { JsonValue } from '../../model/json.js';
import { didYouMean } from '../did-you-mean.js';
import { defineTransform } from '../transform.js';

const cell = z.union([z.string(), z.number(), z.boolean()]);

export const table = defineTransform<string | Record<string, string | number | boolean>>({
  keyword: 'table',
  description:
    'Looks the value up, without regard to case, in a table of tables/<name>.yaml or in one written here. `*` stands for whatever is not listed; without it an unlisted value is an error that names it.',
  option: z
    .union([z.string(), z.record(z.string(), cell)])
    .describe('name of a file in tables/ (without .yaml), or the table itself: { code: value }'),
  examples: [
    { option: { true: 1, false: 2 }, input: true, output: 1 },
    { option: { red: 'Red', '*': 'Other' }, input: 'RED', output: 'Red' },
    { option: { red: 'Red', '*': 'Other' }, input: 'mauve', output: 'Other' },
    { option: { red: 'Red' }, input: 'mauve', error: 'not_in_table' },
  ],
  compile(option, context) {
    const named = typeof option === 'string';
    if (named && !Object.hasOwn(context.tables, option)) {
      context.mistake(`there is no table ${option}`, didYouMean(option, Object.keys(context.tables)));
    }
    const rows = named ? (context.tables[option] ?? {}) : option;
    const found = new Map<string, JsonValue>(Object.entries(rows).map(([code, value]) => [code.toLowerCase(), value]));
    const other = found.get('*');
    const name = named ? `table ${option}` : 'the table';
    return (value, run) => {
      if (value === null || typeof value === 'object') return run.fail('wrong_type', `${name} looks up single values, not lists`);
      return (
        found.get(String(value).toLowerCase()) ?? other ?? run.fail('not_in_table', `${name} has no entry for ${JSON.stringify(value)}`)
      );
    };
  },
});
