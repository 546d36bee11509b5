import { z } from 'zod';
import type { JsonValue } from '../model/json.js';
import type { ReferenceStrength } from '../model/document.js';
import { asset, boolean, date, maxLength, number, option, options, readable, ref, slug, table, trim, unit } from './transforms/index.js';

/** What is done to one value, by keyword; `transforms/index.ts` has the order. */
export interface StepsRule {
  readonly each?: StepsRule;
  readonly trim?: boolean;
  readonly table?: string | Record<string, string | number | boolean>;
  readonly readable?: boolean;
  readonly unit?: string;
  readonly number?: true | number;
  readonly boolean?: true | 'number';
  readonly date?: true;
  readonly slug?: true;
  readonly maxLength?: number;
  readonly option?: string;
  readonly options?: string;
  readonly ref?: string;
  readonly strong?: boolean;
  readonly asset?: true;
}

/** How one field of the document is filled. */
export interface FieldRule extends StepsRule {
  readonly from?: string | readonly string[];
  readonly all?: readonly string[];
  readonly value?: JsonValue;
  readonly call?: string;
  readonly reads?: readonly string[];
  readonly refs?: Readonly<Record<string, ReferenceStrength>>;
  readonly default?: JsonValue;
  readonly note?: { readonly code: string; readonly message: string };
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly except?: readonly string[];
}

const steps = {
  trim: trim.option.optional(),
  table: table.option.optional(),
  readable: readable.option.optional(),
  unit: unit.option.optional(),
  number: number.option.optional(),
  boolean: boolean.option.optional(),
  date: date.option.optional(),
  slug: slug.option.optional(),
  maxLength: maxLength.option.optional(),
  option: option.option.optional(),
  options: options.option.optional(),
  ref: ref.option.optional(),
  strong: z.boolean().optional().describe('with ref: wait until the other entity stands in the shop'),
  asset: asset.option.optional(),
};

const stepsSchema: z.ZodType<StepsRule> = z.strictObject({
  ...steps,
  get each() {
    return eachSchema;
  },
});
const eachSchema = z
  .lazy(() => stepsSchema)
  .optional()
  .describe('what is done to each item of a list; items without a value and repeated ones are left out');

const json: z.ZodType<JsonValue> = z.json();

/** Keywords that say where a value comes from and what happens without one. Their descriptions are the advice in messages and the docs. */
export const sourceKeywords = {
  from: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('a path, or a list of paths of which the first that has a value counts'),
  all: z.array(z.string()).min(1).optional().describe('a list of paths: every one that has a value, as a list'),
  value: json.optional().describe('the value itself, the same for every record'),
  call: z.string().optional().describe('name of a function that a file in functions/ exports'),
  reads: z.array(z.string()).min(1).optional().describe('with call: the paths the function reads'),
  refs: z
    .record(z.string(), z.enum(['weak', 'strong']))
    .optional()
    .describe('with call: the pipelines the function refers to, { name: weak or strong }'),
};

export const absenceKeywords = {
  default: json.optional().describe('used where there is no value (base scopes only: others inherit)'),
  note: z
    .strictObject({
      code: z.string().regex(/^[a-z][a-z0-9_]*$/, { message: 'a note code is made of a–z, 0–9 and _' }),
      message: z.string(),
    })
    .optional()
    .describe(
      'with default: what to say when it had to be used, { code, message }; {store}, {locale}, {channel} and {currency} are filled in',
    ),
  required: z.boolean().optional().describe('true: a record without a value is rejected (base scopes only)'),
  optional: z.boolean().optional().describe('true: attributes that this PIM does not have are left out instead of being a mistake'),
  except: z.array(z.string()).optional().describe('with values.*: attribute codes to leave out'),
};

export const fieldRuleSchema: z.ZodType<FieldRule> = z.strictObject({ ...sourceKeywords, each: eachSchema, ...steps, ...absenceKeywords });
