import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { moment, reason, textOrNull } from '../api.js';

export const freeze = z.object({
  by: z.string(),
  since: moment,
  reason: textOrNull,
  except: z.array(z.string()).describe('fields that flow'),
});

export const breaker = z.object({
  state: z.enum(['open', 'half-open']).describe('open: it waits for its next trial; half-open: one is under way'),
  since: moment,
  failures: z.number().int().describe('batches that failed one after the other, trials included'),
  nextTrial: moment,
  reason: z.string().describe('what failed last'),
});

const limit = z.object({
  requests: z.number().int().describe('so many may be under way at one time, over all processes'),
  held: z.number().int().describe('slots that processes have at this time'),
  holders: z.array(z.object({ holder: z.string(), held: z.number().int(), wanted: z.number().int() })),
});

export class ConnectionsDto extends createZodDto(
  z.object({
    connections: z.array(
      z.object({
        name: z.string(),
        paused: z
          .object({ by: z.string().nullable(), since: moment.nullable(), until: moment.nullable(), reason: z.string().nullable() })
          .nullable()
          .describe('by null: it asked to be left alone itself, until then'),
        breaker: breaker.nullable().describe('it was down too often, and gets nothing but trials; null: it works'),
        limit: limit.nullable().describe('as the process has it that used it last; null: none that used it has one'),
        frozen: freeze.nullable().describe('only these fields of its documents change; null: everything flows'),
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

export class TriedDto extends createZodDto(z.object({ wasOpen: z.boolean().describe('false: nothing kept it from being used') })) {}

export class FreezeDto extends createZodDto(
  z.strictObject({
    except: z
      .array(z.string().trim().min(1).max(200))
      .max(100)
      .default([])
      .describe('fields of the documents that flow, such as price; with one all below it: price, price.gross'),
    reason,
  }),
) {}
export class UnfrozenDto extends createZodDto(
  z.object({ wasFrozen: z.boolean(), released: z.number().int().describe('entries that were held back and go on') }),
) {}
