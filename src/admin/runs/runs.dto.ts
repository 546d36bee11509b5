import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { cursor, limit, moment, name, next, textOrNull } from '../api.js';

const run = z.object({
  id: z.number().int(),
  pipeline: z.string(),
  kind: z.string().describe('delta, full, initial, sweep, partial, drain'),
  trigger: z.string(),
  state: z.string().describe('running, completed, failed, cancelled'),
  startedAt: moment,
  finishedAt: moment.nullable(),
  counts: z.looseObject({}).describe('what it did'),
  error: textOrNull,
});

export class RunDto extends createZodDto(run) {}
export class RunsDto extends createZodDto(z.object({ items: z.array(run), next })) {}
export class RunsQueryDto extends createZodDto(
  z.strictObject({
    pipeline: name.optional(),
    kind: z.enum(['delta', 'full', 'initial', 'sweep', 'partial', 'drain']).optional(),
    state: z.enum(['running', 'completed', 'failed', 'cancelled']).optional(),
    cursor,
    limit,
  }),
) {}
export class RunParamsDto extends createZodDto(z.strictObject({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) })) {}
