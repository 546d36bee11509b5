import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { moment, textOrNull } from '../api.js';

export class ConnectionsDto extends createZodDto(
  z.object({
    connections: z.array(
      z.object({
        name: z.string(),
        paused: z.object({ by: z.string().nullable(), since: moment.nullable(), reason: z.string().nullable() }).nullable(),
      }),
    ),
  }),
) {}

export class CheckedConnectionDto extends createZodDto(
  z.object({
    connection: z.string(),
    connector: z.string(),
    ok: z.boolean(),
    reachable: z.boolean().nullable().describe('it answered something; null where nobody can tell'),
    authorised: z.boolean().nullable().describe('it took the credentials; null where it was not asked that far'),
    version: textOrNull.describe('of the system; null where it does not tell'),
    clockAheadSeconds: z
      .number()
      .int()
      .nullable()
      .describe('how far its clock is ahead of ours; 0 as far as can be told, null where it does not tell'),
    says: z.string().describe('what was found, or what is wrong'),
    advice: textOrNull.describe('what to do about it'),
    tookMs: z.number().int(),
  }),
) {}
