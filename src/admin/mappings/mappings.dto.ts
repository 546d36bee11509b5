import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { mostPreviewed } from '../../sync/looking/preview-mapping.js';
import { entityKey, name, textOrNull } from '../api.js';
import { foreseen } from '../documents/documents.dto.js';

export class ValidatedDto extends createZodDto(
  z.object({
    valid: z.boolean(),
    pipelines: z.array(z.string()).describe('those of the folder, where all of it is in order'),
    mistakes: z.array(
      z.object({
        file: z.string(),
        line: z.number().int(),
        column: z.number().int(),
        problem: z.string(),
        advice: z.string().describe('what to write instead'),
      }),
    ),
  }),
) {}

export class PreviewDto extends createZodDto(
  z.strictObject({
    pipeline: name,
    keys: z.array(entityKey).min(1).max(mostPreviewed).describe('keys of records, or SKUs where the source finds by them'),
  }),
) {}

const error = z.object({ field: z.string(), code: z.string(), message: z.string() });
const scopedValue = z.object({ locale: textOrNull, channel: textOrNull, data: z.unknown(), labels: z.unknown().optional() });

export class PreviewsDto extends createZodDto(
  z.object({
    previews: z.array(
      z.object({
        asked: z.string(),
        record: z
          .object({
            key: z.string(),
            version: z.object({ id: z.string(), order: z.number().nullable(), closed: z.boolean() }).nullable(),
            state: z.enum(['live', 'unpublished', 'disabled', 'recycled']).optional(),
            fields: z.record(z.string(), z.unknown()),
            values: z.record(z.string(), z.array(scopedValue)),
            unreadable: z.record(z.string(), z.string()).optional(),
          })
          .nullable()
          .describe('as the source handed it over, with what the mappings read; null where it has none'),
        mapped: z
          .object({
            pipeline: z.string(),
            key: z.string(),
            result: z.enum(['documents', 'excluded', 'rejected']),
            documents: z.array(
              z.object({ key: z.string(), store: z.string(), inherits: textOrNull, fields: z.record(z.string(), z.unknown()) }),
            ),
            reason: textOrNull,
            notes: z.array(error),
            errors: z.array(error),
          })
          .nullable(),
        difference: z.array(foreseen).describe('against what was delivered'),
      }),
    ),
  }),
) {}
