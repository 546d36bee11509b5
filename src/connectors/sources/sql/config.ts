import { z } from 'zod';

const column = z.string().min(1).max(64);
const columns = z.array(column).min(1);
const table = z.string().regex(/^[^.\0]+(\.[^.\0]+){0,2}$/, 'is no table; write name or schema.name');
const zone = z.string().refine(isTimeZone, 'is no time zone; write a name such as Europe/Berlin');
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const states = z.enum(['live', 'unpublished', 'disabled', 'recycled']);

/** A query stands in parentheses where a table would stand. */
const origin = {
  table: table.optional().describe('table or view to read: name or schema.name'),
  query: z.string().min(1).optional().describe('instead of a table: one SELECT, read as if it were one'),
};
const oneOrigin = ({ table: named, query }: { readonly table?: string | undefined; readonly query?: string | undefined }): boolean =>
  (named === undefined) !== (query === undefined);

const related = z
  .strictObject({
    ...origin,
    key: column.describe('column that holds the key of the record it belongs to'),
    order: columns.optional().describe('columns that put the rows of one record in order'),
    fields: columns.optional().describe('columns of each row; without: all'),
    value: column.optional().describe('a single column: the field becomes a list of its values instead of a list of rows'),
  })
  .refine(oneOrigin, 'needs either a table or a query');

const entity = z
  .strictObject({
    ...origin,
    key: column.describe('column that tells the records apart and never changes: text, a whole number, or a uuid'),
    recordUrl: z
      .url({ protocol: /^https?$/ })
      .includes('{key}')
      .optional()
      .describe('address of the page where a person finds a record; {key} stands for its key'),
    fields: columns.optional().describe('columns a mapping may read; without: all'),
    json: columns.optional().describe('text columns that hold JSON'),
    modified: column.optional().describe('column with the time of the last edit (strategy timestamp)'),
    modifiedZone: zone.optional().describe('time zone in which `modified` is written, where the column does not hold an instant'),
    version: column.optional().describe('column with a number that rises with every edit (strategy version)'),
    flag: z
      .strictObject({
        column,
        changed: scalar.optional().describe('its value after an edit; without: true, or 1'),
        cleared: scalar.optional().describe('the value that takes the mark off; without: false, or 0'),
      })
      .optional()
      .describe('column that marks edited records (strategy flag)'),
    changes: z
      .strictObject({ table })
      .optional()
      .describe('table that triggers write every edit into (strategy changes); `pim2shop source install-triggers` makes both'),
    deleted: z
      .strictObject({
        column,
        means: z.enum(['gone', 'recycled']).default('gone').describe('gone: the record does not exist; recycled: it lies in the bin'),
      })
      .optional()
      .describe('column that marks deletion: true, a number other than 0, or any time'),
    state: z
      .strictObject({
        column,
        values: z.record(z.string(), states).describe('what its values mean'),
        otherwise: states.default('live').describe('what every other value means'),
      })
      .optional()
      .describe('column that tells whether the record is meant to be seen'),
    related: z.record(z.string().min(1), related).optional().describe('rows of other tables, as a field of the record'),
  })
  .refine(oneOrigin, 'needs either a table or a query')
  .refine((one) => one.flag === undefined || one.table !== undefined, 'flag needs a table: a query has no mark to take off')
  .refine((one) => one.modifiedZone === undefined || one.modified !== undefined, 'modifiedZone without modified');

const url = z
  .url({ protocol: /^(postgres|postgresql|mysql|mariadb)$/, hostname: /./ })
  .refine(isPlain, 'must be postgres://, mysql:// or mariadb://user:password@host:port/database, with nothing behind it');

export const sqlConfig = z.strictObject({
  url: url.meta({ secret: true }).describe('postgres://, mysql:// or mariadb://user:password@host:port/database; only ever read with'),
  writer: url.optional().meta({ secret: true }).describe('the same database as somebody who may take marks off; without: url'),
  owner: url.optional().meta({ secret: true }).describe('the same database as somebody who may create triggers; without: url'),
  tls: z
    .enum(['off', 'verify', 'unverified'])
    .default('off')
    .describe('verify: encrypted, and the certificate is checked; unverified: encrypted, with whomever'),
  statementTimeout: z.number().positive().max(3600).default(30).describe('seconds a statement may take'),
  clock: z
    .string()
    .min(1)
    .optional()
    .describe("SQL expression for the clock by which `modified` is written, or for how far a replica has come; without: the server's"),
  pageSize: z.int().min(2).max(5000).default(500).describe('rows of a page'),
  versionOverlap: z
    .int()
    .min(0)
    .default(1000)
    .describe('numbers below the newest that a new feed by version reads once more, where the server cannot tell who is still writing'),
  entities: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'an entity is named with a–z, 0–9 and hyphens'), entity)
    .describe('what a pipeline may name under source.entity'),
});

export type SqlConfig = z.infer<typeof sqlConfig>;
export type EntityConfig = z.infer<typeof entity>;
export type RelatedConfig = z.infer<typeof related>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function isPlain(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { search, hash, pathname, username } = new URL(text);
  return search === '' && hash === '' && username !== '' && /^\/[^/]+$/.test(pathname);
}
