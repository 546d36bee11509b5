import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { cursor, limit, moment, next } from '../api.js';

export class AuditDto extends createZodDto(
  z.object({
    items: z.array(
      z.object({
        id: z.number().int(),
        time: moment,
        actor: z.string(),
        action: z.string(),
        target: z.string(),
        details: z.looseObject({}),
      }),
    ),
    next,
  }),
) {}
export class AuditQueryDto extends createZodDto(z.strictObject({ cursor, limit })) {}
