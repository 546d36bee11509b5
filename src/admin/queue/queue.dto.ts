import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { cursor, entityKey, limit, moment, name, next, textOrNull } from '../api.js';
import { entryStates } from '../../queue/sql/open-counts.js';

const entry = z.object({
  pipeline: z.string(),
  key: z.string(),
  state: z.enum(entryStates),
  kind: z.string().describe('created, updated, deleted: a hint'),
  cause: z.string(),
  attempts: z.number().int(),
  losses: z.number().int(),
  enqueuedAt: moment,
  dueAt: moment.nullable(),
  leasedBy: z.string().nullable(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  errorField: z.string().nullable(),
  errorFingerprint: z.string().nullable(),
});

export class EntriesDto extends createZodDto(z.object({ entries: z.array(entry), next })) {}

const state = z.enum(entryStates);
export class EntriesQueryDto extends createZodDto(
  z.strictObject({
    pipeline: name.optional(),
    state: z.union([state.transform((one) => [one]), z.array(state).max(entryStates.length)]).optional(),
    key: entityKey.optional(),
    fingerprint: name.optional(),
    olderThanMs: z.coerce.number().min(0).optional().describe('those that have waited for longer'),
    cursor,
    limit,
  }),
) {}

export class EntityParamsDto extends createZodDto(z.strictObject({ pipeline: name, key: entityKey })) {}

export const timeline = z
  .array(
    z.object({
      time: moment,
      what: z.enum(['queued', 'failed', 'remark', 'delivered', 'taken-down', 'due']).describe('`due` lies ahead'),
      run: z.number().int().nullable(),
      documentKey: z.string().nullable(),
      detail: z.string(),
    }),
  )
  .describe('the newest first; what was delivered is remembered ten contents deep, and for as long as PIM2SHOP_KEEP_HISTORY says');

/** An entry with all that is known of it. */
export const wholeEntry = entry.extend({
  revision: z.number().int(),
  version: z.string().nullable(),
  run: z.number().int().nullable(),
  leasedUntil: moment.nullable(),
});

export const shownError = z.object({
  time: moment,
  run: z.number().int().nullable(),
  stage: z.string(),
  severity: z.string(),
  code: z.string(),
  field: z.string().nullable(),
  message: z.string(),
  class: textOrNull.describe('mapping, rejected, conflict, retry, unknown, stale, absent, remark; null of what is older'),
  attempt: z.number().int().nullable().describe('which attempt it was, from 1'),
  context: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('what was sent and answered, cut short and without secrets: request, answer'),
  documentKey: z.string().nullable(),
});

export const shownDocument = z.object({
  connection: z.string(),
  documentKey: z.string(),
  store: z.string(),
  state: z.enum(['live', 'gone']),
  inDoubt: z.boolean(),
  takenDown: z.string().nullable(),
  address: z.string().nullable(),
  targetId: z.string().nullable(),
  sentAt: moment,
  acknowledgedAt: moment.nullable(),
});

export class EntityDto extends createZodDto(
  z.object({
    entry: wholeEntry.nullable().describe('null where nothing is open: then everything that was noticed is in the shop'),
    errors: z.array(shownError),
    documents: z.array(shownDocument),
    timeline,
  }),
) {}

/** Which entries are meant: at least one of these, so that nobody acts on all of them by leaving everything out. */
const group = {
  pipeline: name.optional(),
  key: entityKey.optional(),
  fingerprint: name.optional(),
  olderThanMs: z.number().min(0).optional(),
  all: z.literal(true).optional().describe('all of them, where nothing else narrows it down'),
};

const narrowed = (wanted: Readonly<Record<string, unknown>>): boolean => Object.values(wanted).some((value) => value !== undefined);
const unnarrowed = { message: 'say which entries: pipeline, states, key, fingerprint or olderThanMs; or all: true' };

export class RetryDto extends createZodDto(
  z.strictObject({ ...group, states: z.array(z.enum(['dead', 'absent', 'parked', 'waiting'])).optional() }).refine(narrowed, unnarrowed),
) {}
export class DiscardDto extends createZodDto(
  z.strictObject({ ...group, states: z.array(z.enum(['dead', 'absent', 'held'])).optional() }).refine(narrowed, unnarrowed),
) {}
export class RetriedDto extends createZodDto(z.object({ retried: z.number().int() })) {}
export class DiscardedDto extends createZodDto(z.object({ discarded: z.number().int() })) {}

export class DeadGroupsDto extends createZodDto(
  z.object({
    groups: z.array(
      z.object({
        pipeline: z.string(),
        fingerprint: z.string().nullable(),
        code: z.string().nullable(),
        field: z.string().nullable(),
        example: z.string().nullable().describe('one of them, as it was said'),
        count: z.number().int(),
        oldest: moment,
        keys: z.array(z.string()).describe('the first of them'),
      }),
    ),
  }),
) {}
export class DeadGroupsQueryDto extends createZodDto(z.strictObject({ pipeline: name.optional(), limit })) {}

export class CountsDto extends createZodDto(
  z.object({
    counts: z.array(
      z.object({
        pipeline: z.string(),
        state: z.enum(entryStates),
        entries: z.number().int(),
        oldest: moment.describe('since when the first of them has been in the queue'),
      }),
    ),
  }),
) {}
export class CountsQueryDto extends createZodDto(z.strictObject({ pipeline: name.optional() })) {}
