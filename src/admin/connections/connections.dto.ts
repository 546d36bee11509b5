import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { moment, reason, textOrNull } from '../api.js';

export const freeze = z.object({
  by: z.string(),
  since: moment,
  reason: textOrNull,
  except: z.array(z.string()).describe('fields that flow'),
});

export class ConnectionsDto extends createZodDto(
  z.object({
    connections: z.array(
      z.object({
        name: z.string(),
        paused: z.object({ by: z.string().nullable(), since: moment.nullable(), reason: z.string().nullable() }).nullable(),
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
