import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { cursor, limit, moment, name, next, textOrNull } from '../api.js';

export class RejectedDto extends createZodDto(
  z.object({
    rejected: z.array(
      z.object({
        pipeline: z.string(),
        key: z.string(),
        name: textOrNull.describe('what the PIM calls it, a SKU or code; null where it could not be read'),
        family: textOrNull,
        class: textOrNull.describe('mapping, rejected, conflict'),
        code: z.string(),
        field: textOrNull,
        message: z.string(),
        time: moment,
        link: textOrNull.describe('where it is found in the PIM'),
      }),
    ),
    next,
    unread: z.array(z.string()).describe('pipelines whose records could not be read, each with a sentence'),
  }),
) {}
export class RejectedQueryDto extends createZodDto(z.strictObject({ pipeline: name.optional(), cursor, limit })) {}
