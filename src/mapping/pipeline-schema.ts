import { z } from 'zod';
import { duration, size } from './amounts.js';
import { fieldRuleSchema } from './rule-schema.js';
import { blackouts, prerequisites, timing } from './schedule-schema.js';
import { whenSchema } from './when-schema.js';

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, { message: 'it is no name' });

const scope = z.strictObject({
  store: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, { message: 'it is no store code' })
    .describe('store code of the shop, a–z, 0–9 and _ (Magento: `all` is the base of every store view)'),
  locale: z.string().optional().describe('locale of the source, such as en_US'),
  channel: z.string().optional().describe('channel of the source'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, { message: 'it is no currency' })
    .optional()
    .describe('currency of prices, three capital letters'),
  inherits: z.string().optional().describe('store of the scope whose values count where this one has none of its own'),
});

const priority = z
  .number()
  .int()
  .min(-1000)
  .max(1000)
  .describe('a whole number; the higher goes first, each point is worth a minute of waiting');

const policies = 'delete, disable, archive or keep';

/** `ignore` was the word for `keep`. */
const deletePolicy = z.enum(['delete', 'disable', 'archive', 'keep', 'ignore']).transform((word) => (word === 'ignore' ? 'keep' : word));

const policyFor = (leaving: string) => deletePolicy.optional().describe(`${policies}: what becomes of a record that ${leaving}`);

/** What one pipeline file may say. Every description is the advice a person gets where it is wrong. */
export const pipelineSchema = z.strictObject({
  pipeline: name.describe('name of the pipeline: a–z, 0–9 and hyphens, beginning with a letter'),
  source: z
    .strictObject({ connection: z.string().describe('name of a connection'), entity: z.string().describe('what is read from it') })
    .describe('{ connection, entity }: where records come from'),
  target: z
    .strictObject({ connection: z.string().describe('name of a connection'), resource: z.string().describe('what is written to it') })
    .describe('{ connection, resource }: where documents go'),
  scopes: z.array(scope).min(1).describe('the stores a record is mapped for: a list of { store, locale, channel, currency, inherits }'),
  when: whenSchema.optional(),
  related: z
    .array(
      z.strictObject({
        entity: z.string().describe('an entity of the same source: a change of it queues the records that use it'),
        from: z
          .union([z.string(), z.array(z.string()).min(1)])
          .describe('a path, or a list of paths, where a record has the keys of those it uses'),
      }),
    )
    .min(1)
    .optional()
    .describe('what records show beside themselves: a list of { entity, from }'),
  delta: z
    .strictObject({
      ...timing('deltas'),
      strategy: z
        .enum(['timestamp', 'version', 'flag', 'changes'])
        .optional()
        .describe('how changes are noticed: timestamp, version, flag or changes; the best of what the source offers where not said'),
      overlap: duration.prefault('2m').describe('how far before its last position a delta reads again, 2m where not said: 30s, 2m, 1h'),
    })
    .optional()
    .describe('{ every, at, timezone, jitter, strategy, overlap }: how often, or when, the source is asked what changed'),
  events: z
    .union([z.boolean(), z.strictObject({ direct: z.boolean().default(false).describe('first in line, and claimed at once') })])
    .default(false)
    .describe('true, or { direct: true }: what the source tells by itself (webhooks, a message broker) is queued as well'),
  full: z.strictObject(timing('full passes')).optional().describe('{ every, at, timezone, jitter }: when everything is read again'),
  sweep: z
    .strictObject(timing('sweeps'))
    .optional()
    .describe('{ every, at, timezone, jitter }: when the keys alone are read, to find what is gone'),
  blackout: blackouts.optional(),
  maxLag: duration.optional().describe('how far the shop may be behind the source, before people are told: 15m, 2h'),
  after: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).describe('address that is called, http:// or https://'),
      secret: z
        .string()
        .regex(/^[A-Z_][A-Z0-9_]*$/, { message: 'it is no name of a variable' })
        .describe('name of the environment variable that has the secret it is signed with (whsec_…)'),
    })
    .optional()
    .describe('{ url, secret }: what is called once a run is delivered that changed something in the shop, with its counts'),
  dependsOn: prerequisites.optional(),
  queue: z
    .strictObject({
      priority: z
        .strictObject({ created: priority.default(0), updated: priority.default(0), deleted: priority.default(0) })
        .optional()
        .describe('{ created, updated, deleted }: which changes go first'),
      watch: z
        .array(z.string())
        .min(1)
        .optional()
        .describe(
          'paths that the mapping reads: an edit queues a record only where it touched one of them, or where the source does not tell; everything where not said',
        ),
    })
    .optional()
    .describe('{ priority, watch }'),
  batch: z
    .strictObject({
      items: z.number().int().min(1).max(1000).default(100).describe('how many records are worked on at once, 1 to 1000'),
      bytes: size.prefault('1MB').describe('how much one request may carry, 1MB where not said: 64KB, 1MB'),
      concurrency: z
        .number()
        .int()
        .min(1)
        .max(32)
        .default(1)
        .describe('how many batches are sent at once, 1 to 32; while they are, one more of each worker is settled or made ready'),
    })
    .optional()
    .describe('{ items, bytes, concurrency }'),
  deletes: z
    .strictObject({
      policy: deletePolicy.describe(`${policies}: what becomes of what is not wanted in the shop any more; keep leaves it as it is`),
      unpublished: policyFor('is a draft in the source; as policy says where not said'),
      disabled: policyFor('was switched off in the source; as policy says where not said'),
      recycled: policyFor('lies in the bin of the source; as policy says where not said'),
      deleted: policyFor('the source no longer has; as policy says where not said'),
      excluded: policyFor('does not qualify by `when`, and of a store that left the scopes; as policy says where not said'),
      maxPercent: z.number().min(0).max(100).default(5).describe('how much of the shop one run may take down, in percent'),
      maxCount: z.number().int().min(0).default(200).describe('how many entities one run may take down'),
      maxPercentPerDay: z
        .number()
        .min(0)
        .max(100)
        .optional()
        .describe('how much of the shop all runs and events together may take down in 24 hours, in percent; as maxPercent where not said'),
      maxCountPerDay: z
        .number()
        .int()
        .min(0)
        .optional()
        .describe('how many entities all runs and events together may take down in 24 hours; as maxCount where not said'),
      minListed: z.number().int().min(1).default(1).describe('a listing of fewer keys proves nothing'),
      maxShrinkPercent: z
        .number()
        .min(0)
        .max(100)
        .default(20)
        .describe('by how much a listing, or the values in its records, may be less than in the last pass, in percent'),
    })
    .optional()
    .describe(
      '{ policy, unpublished, disabled, recycled, deleted, excluded, maxPercent, maxCount, … }: what becomes of what is not wanted in the shop any more',
    ),
  retry: z
    .strictObject({
      maxAttempts: z.number().int().min(1).max(100).default(8).describe("how often an item's own failure is tried again"),
      settleLag: duration
        .prefault('2m')
        .describe('how long a source may answer something older than it announced, 2m where not said: 30s, 2m, 1h'),
    })
    .optional()
    .describe('{ maxAttempts, settleLag }'),
  maxText: size.prefault('64KB').describe('the longest text taken from a record, 64KB where not said: 500B, 64KB, 1MB'),
  key: z
    .string()
    .optional()
    .describe("the field that holds the source's immutable key; a record where it differs from the key is rejected"),
  fields: z.record(z.string(), fieldRuleSchema).describe('how each field of the document is filled: { target field: rule }'),
});

export type PipelineData = z.output<typeof pipelineSchema>;
