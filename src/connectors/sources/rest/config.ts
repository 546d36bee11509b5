import { z } from 'zod';

/** Where something stands in an answer: names with dots between them; nothing is the answer itself. */
const path = z.string().regex(/^([^.]+(\.[^.]+)*)?$/, { message: 'is no path; write names with dots between them' });
const size = z.int().min(1).max(10_000).default(100).describe('records of a page, for {size}');
const states = z.enum(['live', 'unpublished', 'disabled', 'recycled']);
const template = z.record(z.string().min(1), z.string());

export const Auth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('basic'), username: z.string().min(1), password: z.string().min(1).meta({ secret: true }) }),
  z.strictObject({ kind: z.literal('bearer'), token: z.string().min(1).meta({ secret: true }) }),
  z.strictObject({
    kind: z.literal('key'),
    header: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/, { message: 'is no name of a header' })
      .describe('header that carries the key: X-API-Key'),
    key: z.string().min(1).meta({ secret: true }),
  }),
  z.strictObject({
    kind: z.literal('oauth'),
    tokenUrl: z.url({ protocol: /^https?$/ }).describe('where a token is asked for, with grant_type=client_credentials'),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1).meta({ secret: true }),
    scope: z.string().optional(),
    credentials: z.enum(['basic', 'body']).default('basic').describe('where the client says who it is: in a header, or in the body'),
  }),
]);
export type Auth = z.infer<typeof Auth>;

const Paging = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }).describe('everything in one answer'),
  z.strictObject({ kind: z.literal('page'), first: z.int().min(0).default(1).describe('number of the first page'), size }),
  z.strictObject({ kind: z.literal('offset'), size }),
  z.strictObject({ kind: z.literal('keyset'), size }).describe('sorted by key, each page after the last key of the one before: {after}'),
  z.strictObject({ kind: z.literal('cursor'), next: path.describe('where the answer names the next {cursor}'), size }),
  z.strictObject({
    kind: z.literal('link'),
    next: path.optional().describe('where the answer links to the next page; else its Link header'),
    size,
  }),
]);
export type Paging = z.infer<typeof Paging>;

const Request = z.strictObject({
  method: z.enum(['GET', 'POST']).default('GET'),
  path: z.string().regex(/^\//, { message: 'begins with a slash, below url' }),
  query: template.default({}),
  body: z.json().optional().describe('JSON of a POST; placeholders stand in its texts'),
});
export type Request = z.infer<typeof Request>;

const records = path.describe('where the records stand in the answer');

export const Entity = z.strictObject({
  key: path.min(1).describe('where a record has its immutable id'),
  recordUrl: z
    .url({ protocol: /^https?$/ })
    .includes('{key}')
    .optional()
    .describe('address of the page where a person finds a record; {key} stands for its key'),
  keyAs: z.enum(['text', 'number']).default('text'),
  version: z
    .strictObject({
      field: z.union([path.min(1), z.array(path.min(1)).min(1)]).describe('where it stands; of several, the first that has a value'),
      as: z
        .enum(['iso', 'seconds', 'milliseconds', 'counter', 'hash'])
        .default('iso')
        .describe('a time, a number that only rises, or neither'),
      resolutionMs: z.int().min(1).default(1000).describe('how fine its times are, milliseconds'),
    })
    .describe('what changes with every edit of a record'),
  state: z
    .strictObject({
      field: path.min(1).describe('where a record says whether it is meant to be seen'),
      values: z.record(z.string(), states).describe('what its values mean'),
      otherwise: states.default('live').describe('what every other value means'),
      empty: states.optional().describe('what null means; as otherwise where not said'),
    })
    .optional()
    .describe('what tells drafts and the like'),
  list: z.strictObject({
    ...Request.shape,
    records,
    total: path.optional().describe('where the answer says how many there are'),
    paging: Paging,
  }),
  changed: z
    .strictObject({
      query: template.default({}).describe('parameters beside those of list: the filter by {since}'),
      body: z.json().optional().describe('in the place of the body of list'),
      since: z
        .union([z.enum(['iso', 'seconds', 'milliseconds']), z.strictObject({ format: z.string().min(1) })])
        .default('iso')
        .describe('how {since} is written; { format } is of YYYY MM DD HH mm ss SSS, in UTC'),
    })
    .describe('the listing of what changed since a time'),
  fetch: z
    .strictObject({
      many: z
        .strictObject({
          ...Request.shape,
          records,
          size: z.int().min(1).max(100).default(50).describe('most keys of one request'),
          missing: z.enum(['absent', 'unknown']).default('unknown').describe('what a record is that the answer leaves out'),
        })
        .optional(),
      one: z
        .strictObject({
          ...Request.shape,
          record: path.describe('where the record stands in the answer'),
          absent: z
            .strictObject({
              status: z.int().min(400).max(499).default(404),
              where: z.record(path, z.union([z.string(), z.number(), z.boolean()])).describe('what the answer then says, by path'),
            })
            .optional()
            .describe('the answer that says that a record does not exist; without it nothing does'),
        })
        .optional(),
    })
    .refine(({ many, one }) => many !== undefined || one !== undefined, { message: 'needs many, one, or both' }),
  deleted: z
    .strictObject({
      ...Request.shape,
      records,
      key: path.min(1).describe('where an entry names the key of what was deleted'),
      id: path.min(1).describe('where an entry has its own id: the same one again is no news'),
      since: z.union([z.enum(['iso', 'seconds', 'milliseconds']), z.strictObject({ format: z.string().min(1) })]).default('iso'),
      paging: Paging,
    })
    .optional()
    .describe('where the API keeps a list of what was deleted'),
});
export type Entity = z.infer<typeof Entity>;
export type Since = Entity['changed']['since'];

export const Config = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('address of the API; paths are below it'),
  auth: Auth.default({ kind: 'none' }),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string())
    .default({})
    .describe('headers of every request'),
  concurrency: z.int().min(1).max(50).default(4).describe('requests at one time'),
  failure: path.min(1).optional().describe('where an answer with 200 says that it failed: errors'),
  entities: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/, { message: 'an entity is named with a–z, 0–9 and hyphens' }), Entity)
    .describe('the kinds of records, by the name that pipelines use'),
});
export type Config = z.infer<typeof Config>;
