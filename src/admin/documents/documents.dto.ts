import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { cursor, entityKey, limit, moment, name, next, textOrNull } from '../api.js';
import { breaker, freeze } from '../connections/connections.dto.js';
import { waitingSet } from '../pipelines/pipelines.dto.js';
import { shownDocument, shownError, timeline, wholeEntry } from '../queue/queue.dto.js';

const whole = z.number().int();

const document = z.object({
  connection: z.string(),
  documentKey: z.string(),
  pipeline: z.string(),
  entityKey: z.string(),
  resource: z.string(),
  store: z.string(),
  address: textOrNull.describe('the natural key in the shop, a SKU, in small letters'),
  targetId: textOrNull.describe('how the shop names it'),
  state: z.enum(['live', 'gone']),
  takenDown: textOrNull,
  inDoubt: z.boolean().describe('sent, and the answer was lost: it is sent again'),
  rejected: z.boolean().describe('the shop refused its newest content'),
  sentAt: moment,
  acknowledgedAt: moment.nullable(),
  mapping: whole,
});

export class DocumentsDto extends createZodDto(z.object({ items: z.array(document), next })) {}
export class DocumentsQueryDto extends createZodDto(
  z.strictObject({
    pipeline: name.optional(),
    connection: name.optional(),
    entityKey: entityKey.optional(),
    address: entityKey.optional().describe('a SKU'),
    state: z.enum(['live', 'gone']).optional(),
    inDoubt: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .optional(),
    cursor,
    limit,
  }),
) {}

export class DocumentParamsDto extends createZodDto(z.strictObject({ key: entityKey.describe('document key; a `/` in it as %2F') })) {}
export class DocumentQueryDto extends createZodDto(
  z.strictObject({ connection: name.optional().describe('of which shop, where several have it') }),
) {}

export class DocumentDto extends createZodDto(
  document.extend({
    hash: textOrNull,
    sendNumber: whole,
    verifyAt: moment.nullable().describe('it is looked at again then'),
    document: z.record(z.string(), z.unknown()).nullable().describe('what the shop acknowledged last, field by field'),
  }),
) {}

export class HistoryDto extends createZodDto(
  z.object({
    history: z.array(
      z.object({
        time: moment,
        connection: z.string(),
        documentKey: z.string(),
        pipeline: z.string(),
        entityKey: z.string(),
        run: whole.nullable(),
        mapping: whole.describe('number of the mapping that made it'),
        sendNumber: whole,
        state: z.enum(['live', 'gone']),
        takenDown: textOrNull,
        hash: z.string(),
        whole: z.boolean().describe('nothing was known of it before: all of its fields were new'),
        changedFields: z.array(z.string()).describe('names, never values'),
      }),
    ),
  }),
) {}

const json = (what: string) => textOrNull.describe(`${what}, as JSON; null where there is nothing`);

export class DifferenceDto extends createZodDto(
  z.object({
    connection: z.string(),
    documentKey: z.string(),
    source: z.object({
      time: moment,
      result: z
        .enum(['document', 'other', 'excluded', 'rejected', 'record', 'absent', 'nothing', 'failed'])
        .describe(
          '`document`: it makes this one; `other`: none of this key; `nothing`: left out of the answer; `failed`: could not be asked',
        ),
      reason: textOrNull,
    }),
    delivered: z.object({ time: moment, state: z.enum(['live', 'gone']), inDoubt: z.boolean() }).nullable(),
    shop: z.object({
      time: moment,
      result: z.enum(['read', 'absent', 'silent', 'failed']).describe('`silent`: this kind of target cannot be read'),
      reason: textOrNull,
    }),
    fields: z.array(
      z.object({
        field: z.string(),
        wanted: json('what the mapping makes of the record now'),
        delivered: json('what the shop acknowledged last'),
        inShop: json('what the shop answers now'),
        toSend: z.boolean(),
        otherInShop: z.boolean().describe('changed there, or stored in a form of its own'),
      }),
    ),
  }),
) {}

const said = z.object({ field: textOrNull, code: z.string(), message: z.string() });
export const foreseen = z.object({
  entity: z.string(),
  document: z.string().nullable().describe('null where it is said of all of them'),
  store: z.string().nullable(),
  action: z.enum(['create', 'update', 'unchanged', 'take-down', 'rejected', 'waits']),
  fields: z.array(z.object({ field: z.string(), before: textOrNull, after: textOrNull })),
  reasons: z.array(said),
  notes: z.array(said),
});
const mappingError = z.object({ field: z.string(), code: z.string(), message: z.string() });

export class WhyParamsDto extends createZodDto(
  z.strictObject({ key: entityKey.describe('a SKU, the key of a record, or that of a document') }),
) {}
export class WhyQueryDto extends createZodDto(z.strictObject({ pipeline: name.optional() })) {}
export class WhyDto extends createZodDto(
  z.object({
    found: z
      .array(
        z.object({
          pipeline: z.string(),
          key: z.string(),
          next: z.object({
            because: z.string().describe('in a sentence'),
            then: textOrNull.describe('the command or the place for what is to be done'),
            forPerson: z.boolean().describe('nothing goes on by itself'),
          }),
          source: z.object({
            time: moment,
            result: z.enum(['record', 'absent', 'nothing', 'failed']),
            state: z.enum(['live', 'unpublished', 'disabled', 'recycled']).nullable(),
            version: textOrNull,
            reason: textOrNull,
            link: textOrNull.describe('where a person finds it in the PIM'),
          }),
          mapping: z
            .object({
              result: z.enum(['documents', 'excluded', 'rejected']),
              reason: textOrNull.describe('which condition of `when` does not hold, and what stands there'),
              errors: z.array(mappingError),
              notes: z.array(mappingError),
            })
            .nullable(),
          foreseen: z.array(foreseen).describe('what a sync that looked at it now would do'),
          entry: wholeEntry.nullable(),
          missing: z.array(z.object({ pipeline: z.string(), key: z.string() })).describe('what must stand in the shop before it'),
          lastError: shownError.nullable(),
          documents: z.array(shownDocument),
          pauses: z.array(z.object({ connection: textOrNull, by: z.string(), since: moment, reason: textOrNull })),
          breaker: breaker.extend({ connection: z.string() }).nullable().describe('its target is down and gets nothing but trials'),
          frozen: freeze.extend({ connection: z.string() }).nullable().describe('only these fields flow'),
          heldSet: waitingSet.nullable(),
          timeline,
        }),
      )
      .describe('one a pipeline that knows something of that name'),
    unasked: z.array(z.string()).describe('sources that could not be asked for it'),
  }),
) {}
