import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { textOrNull } from '../api.js';

export class DiagnosisDto extends createZodDto(
  z.object({
    environment: z.string().describe('what the installation is called'),
    well: z.boolean().describe('nothing failed; warnings may be there'),
    findings: z.array(
      z.object({
        check: z.string().describe('what was looked at: database, connection shop'),
        state: z.enum(['ok', 'warning', 'failure']),
        says: z.string(),
        advice: textOrNull.describe('what to do; null where nothing is to be done'),
      }),
    ),
  }),
) {}
