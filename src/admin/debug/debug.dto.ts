import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { entityKey, moment, name, textOrNull } from '../api.js';

export class DebugSwitchesDto extends createZodDto(
  z.object({
    switches: z.array(
      z.object({
        pipeline: z.string(),
        entity: textOrNull.describe('null: every record of the pipeline'),
        until: moment,
        by: z.string(),
        since: moment,
      }),
    ),
  }),
) {}
export class DebugOnDto extends createZodDto(
  z.strictObject({
    pipeline: name,
    entity: entityKey.optional(),
    minutes: z.number().int().min(1).max(1_440).default(15).describe('for so long; 15 by default, a day at most'),
  }),
) {}
export class DebugOffQueryDto extends createZodDto(z.strictObject({ pipeline: name.optional(), entity: entityKey.optional() })) {}
export class DebugUntilDto extends createZodDto(z.object({ until: moment })) {}
export class DebugOffDto extends createZodDto(z.object({ count: z.number().int().describe('how many were on') })) {}
