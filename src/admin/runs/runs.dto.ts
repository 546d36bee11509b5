import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { cursor, limit, moment, name, next, textOrNull } from '../api.js';

const run = z.object({
  id: z.number().int(),
  pipeline: z.string(),
  kind: z.string().describe('delta, full, initial, sweep, partial, drain'),
  trigger: z.string().describe('schedule, api, command, event (it notes what events brought for a while)'),
  startedBy: textOrNull.describe('who asked for it; null where a schedule or events did'),
  slot: moment.nullable().describe('the time of its schedule'),
  state: z.string().describe('running, completed, failed, cancelled'),
  startedAt: moment,
  finishedAt: moment.nullable(),
  cancelledBy: textOrNull.describe('who wants it to end, or had it end'),
  counts: z.looseObject({}).describe('what it did: seen = enqueued + coalesced + filtered'),
  left: z
    .number()
    .int()
    .describe('of the entries it opened so many are open: enqueued + revived - settled - unchanged - removed - dead - discarded - absent'),
  error: textOrNull,
});

const place = z
  .looseObject({})
  .nullable()
  .describe('position (everything up to there is queued; on the axis of the feed), and cursor: of the connector, null where it is long');

export class RunsDto extends createZodDto(z.object({ items: z.array(run), next })) {}
export class ShownRunDto extends createZodDto(
  run.extend({
    phases: z
      .record(z.string(), z.object({ startedAt: moment, finishedAt: moment.nullable() }))
      .describe('preparing, reading, delivering; a run of the service only reads: workers deliver, until countedAt'),
    cursorFrom: place,
    cursorTo: place,
    countedAt: moment.nullable().describe('something of it was counted last'),
    open: z
      .record(z.string(), z.number().int())
      .describe('entries of it that are in the queue, by state; dead and absent ones are not among `left`'),
    errors: z.number().int(),
    warnings: z.number().int(),
    forecast: z.looseObject({}).nullable().describe('of a pass: how much is left, and for how long'),
    after: z
      .object({
        state: z.string().describe('due, called, given-up; nothing: the run changed nothing in the shop'),
        attempts: z.number().int(),
        at: moment.nullable().describe('when it is tried next, or was done with'),
        error: textOrNull.describe('why the last try failed'),
      })
      .nullable()
      .describe('the call after it; null where its pipeline has nothing called'),
  }),
) {}
export class CancelledDto extends createZodDto(
  z.object({ ended: z.boolean().describe('true: its process was dead; false: its process ends it within a second or two') }),
) {}
export class RunsQueryDto extends createZodDto(
  z.strictObject({
    pipeline: name.optional(),
    kind: z.enum(['delta', 'full', 'initial', 'sweep', 'partial', 'drain']).optional(),
    trigger: z.enum(['schedule', 'api', 'command', 'event']).optional(),
    state: z.enum(['running', 'completed', 'failed', 'cancelled']).optional(),
    cursor,
    limit,
  }),
) {}
export class PageQueryDto extends createZodDto(z.strictObject({ cursor, limit })) {}
export class RunEventsQueryDto extends createZodDto(
  z.strictObject({
    until: z
      .enum(['closed', 'delivered'])
      .default('closed')
      .describe('closed: until the run has ended; delivered: until nothing of it is left in the queue'),
  }),
) {}
export class RunParamsDto extends createZodDto(z.strictObject({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) })) {}
