import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { cursor, limit, moment, name, next, textOrNull } from '../api.js';

const error = z.object({
  id: z.number().int(),
  time: moment,
  run: z.number().int().nullable(),
  pipeline: z.string(),
  entityKey: z.string().nullable(),
  documentKey: z.string().nullable(),
  stage: z.string().describe('detect, fetch, map, transfer, settle'),
  severity: z.string().describe('error, warning'),
  code: z.string(),
  field: z.string().nullable(),
  message: z.string(),
  fingerprint: z.string().describe('what has one cause has one'),
  class: textOrNull.describe('mapping, rejected, conflict, retry, unknown, stale, absent, remark; null of what is older'),
  attempt: z.number().int().nullable().describe('which attempt it was, from 1'),
  context: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('what was sent and answered, cut short and without secrets: request, answer'),
});

export class ErrorsDto extends createZodDto(z.object({ items: z.array(error), next })) {}
export class ErrorsQueryDto extends createZodDto(
  z.strictObject({
    pipeline: name.optional(),
    run: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
    fingerprint: name.optional(),
    severity: z.enum(['error', 'warning']).optional(),
    cursor,
    limit,
  }),
) {}

export class TrendsDto extends createZodDto(
  z.object({
    trends: z.array(
      z.object({
        pipeline: z.string(),
        fingerprint: z.string(),
        code: z.string(),
        field: z.string().nullable(),
        example: z.string().describe('one of them, as it was said'),
        count: z.number().int(),
        countBefore: z.number().int().describe('in as many hours before'),
        entities: z.number().int(),
        firstSeen: moment,
        lastSeen: moment,
      }),
    ),
  }),
) {}
export class TrendsQueryDto extends createZodDto(
  z.strictObject({
    pipeline: name.optional(),
    hours: z.coerce
      .number()
      .int()
      .min(1)
      .max(24 * 45)
      .default(24)
      .describe('how far back; compared with as many hours before'),
    limit,
  }),
) {}
