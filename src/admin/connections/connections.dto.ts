import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { moment } from '../api.js';

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
