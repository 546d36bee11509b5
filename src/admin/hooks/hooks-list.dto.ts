import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { moment, textOrNull } from '../api.js';

const count = z.number().int();
const becameOfThem = z.object({
  since: moment,
  accepted: count.describe('queued, or came before'),
  forged: count.describe('without a signature of ours'),
  stale: count.describe('of another time than ours'),
  malformed: count.describe('signed and not understood'),
  too_large: count,
  packed: count,
  too_many: count.describe('when there was no room'),
  unavailable: count.describe('while the database was away'),
});

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
        sinceStart: becameOfThem
          .nullable()
          .describe('what became of the webhooks that came to the process that answers; null where it takes none'),
        last: moment.nullable().describe('when the last one came; null where none came in the days that they are kept'),
      }),
    ),
  }),
) {}
