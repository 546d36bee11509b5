import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { requestedKinds } from '../../sync/requests/run-request.js';
import { cursor, entityKey, limit, moment, name, next, reason, textOrNull } from '../api.js';

const recordLimit = z.number().int().min(1).max(10_000_000);

export class StartDto extends createZodDto(
  z
    .strictObject({
      kind: z
        .enum(requestedKinds)
        .default('delta')
        .describe('delta: what changed; full: everything; sweep: what is gone; partial: what keys or filter choose'),
      dryRun: z.boolean().default(false).describe('show what would be sent; sends nothing and changes nothing'),
      limit: recordLimit
        .optional()
        .describe('of a full one: stop after so many records, remove nothing; of a dry run 1000 by default, 10000 at most'),
      keys: z.array(entityKey).min(1).max(2_000).optional().describe('of a partial one: the keys of its records'),
      filter: z
        .record(z.string().min(1).max(100), z.string().min(1).max(1_000))
        .refine((filter) => Object.keys(filter).length > 0 && Object.keys(filter).length <= 20, 'takes one name or more, 20 at most')
        .optional()
        .describe('of a partial one: what the source finds its records by, such as family: shoes'),
    })
    .refine(({ keys, filter }) => keys === undefined || filter === undefined, { message: 'keys or a filter, not both', path: ['filter'] }),
) {}

const common = {
  id: z.number().int(),
  pipeline: z.string(),
  kind: z.string(),
  dryRun: z.boolean(),
  limit: recordLimit.nullable(),
  by: z.string().describe('who asked for it'),
  requestedAt: moment,
};

export class RequestedDto extends createZodDto(z.object(common)) {}

const request = z.object({
  ...common,
  state: z.string().describe('waiting, running, done, failed, cancelled'),
  startedAt: moment.nullable(),
  finishedAt: moment.nullable(),
  cancelledBy: textOrNull,
  run: z.number().int().nullable().describe('the run it came to; none of a dry run'),
  error: textOrNull,
});

export class RequestsDto extends createZodDto(z.object({ items: z.array(request), next })) {}
export class RequestDto extends createZodDto(
  request.extend({
    result: z.looseObject({}).nullable().describe('of a dry run: totals, and the first 500 documents with what would change'),
  }),
) {}
export class RequestsQueryDto extends createZodDto(
  z.strictObject({
    pipeline: name.optional(),
    state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']).optional(),
    cursor,
    limit,
  }),
) {}
export class WhyDto extends createZodDto(z.strictObject({ reason })) {}
