import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { moment, textOrNull } from '../api.js';

export class HooksDto extends createZodDto(
  z.object({
    hooks: z.array(
      z.object({
        connection: z.string(),
        webhooks: textOrNull.describe('path that takes its signed webhooks; null where it has none'),
        broker: textOrNull.describe('queue whose messages are taken; null where it names no broker'),
        pipelines: z.array(z.string()).describe('which take what it tells'),
        lastHour: z.number().int().describe('deliveries that were taken, each counted once'),
        lastDay: z.number().int(),
        last: moment.nullable().describe('when the last one came; null where none came in the days that they are kept'),
      }),
    ),
  }),
) {}
