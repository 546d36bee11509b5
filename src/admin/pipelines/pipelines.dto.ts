import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { cursor, limit, moment, next, reason } from '../api.js';
import { breaker, freeze } from '../connections/connections.dto.js';
import { entryStates } from '../../queue/sql/open-counts.js';

const pause = z.object({
  connection: z.string().nullable().describe('null: the pipeline itself'),
  by: z.string(),
  since: moment,
  reason: z.string().nullable(),
});

export const waitingSet = z.object({
  id: z.number().int(),
  pipeline: z.string(),
  reason: z.string(),
  heldAt: moment,
  expiresAt: moment.describe('after that nobody can release it: the evidence is too old'),
  removals: z.number().int(),
  examples: z.array(z.string()).describe('the first of its entities'),
});

const slot = z.object({
  kind: z.string(),
  slot: moment.describe('when it was due; of several in a row without a run, the last'),
  state: z.string(),
  attempts: z.number().int(),
  reason: z.string().nullable().describe('why it has no run, or what it was started without'),
  firstSlot: moment.nullable(),
  skipped: z.number().int().describe('how many have no run'),
});

const pipeline = z.object({
  pipeline: z.string(),
  pauses: z.array(pause).describe('what people paused that it stands still for'),
  breaker: breaker.extend({ connection: z.string() }).nullable().describe('its target is down and gets nothing but trials'),
  frozen: freeze.nullable().describe('its target is frozen: what is held back waits'),
  lastSync: z
    .number()
    .int()
    .nullable()
    .describe('everything the source changed up to there is settled but for what `open` shows; on the axis of the feed'),
  lastFullSync: moment.nullable(),
  freshness: z.object({
    lagSeconds: z.number().nullable().describe('how far the shop is behind the source; null: nothing was read so far'),
    maxLagSeconds: z.number().nullable().describe('how far it may be, by `maxLag` of its file'),
    isBehind: z.boolean(),
  }),
  open: z.object(Object.fromEntries(entryStates.map((state) => [state, z.number().int()]))).describe('entries by state'),
  heldSet: waitingSet.nullable().describe('removals that wait for a person'),
  documents: z.number().int(),
  inDoubt: z.number().int(),
  forecast: z
    .looseObject({})
    .nullable()
    .describe('how long a full pass that is under way will take; `outlasts` where that is longer than the time between two'),
  slots: z.array(slot).describe('the newest times of its schedules, ten of a kind'),
  lastRun: z.object({ kind: z.string(), state: z.string(), startedAt: z.string(), error: z.string().nullable() }).nullable(),
});

export class PipelineDto extends createZodDto(pipeline) {}
export class PipelinesDto extends createZodDto(z.object({ pipelines: z.array(pipeline) })) {}
export class SlotsDto extends createZodDto(z.object({ items: z.array(slot), next })) {}
export class SlotsQueryDto extends createZodDto(z.strictObject({ kind: z.enum(['delta', 'full', 'sweep']), cursor, limit })) {}
export class ReasonDto extends createZodDto(z.strictObject({ reason })) {}
export class ResumedDto extends createZodDto(z.object({ resumed: z.boolean().describe('false: it was not paused') })) {}
