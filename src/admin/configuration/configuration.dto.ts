import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { textOrNull } from '../api.js';

export class ConfigurationDto extends createZodDto(
  z.object({
    environment: z.object({ name: z.string(), colour: z.string(), production: z.boolean() }),
    settings: z.array(
      z.object({
        name: z.string(),
        value: textOrNull.describe('*** in the place of a secret'),
        isDefault: z.boolean().describe('nobody set it'),
      }),
    ),
    mappings: z
      .object({
        dir: z.string(),
        connections: z.array(
          z.object({ name: z.string(), connector: z.string(), config: z.looseObject({}).describe('as loaded, secrets as ***') }),
        ),
        pipelines: z.array(z.object({ pipeline: z.string(), file: z.string(), content: z.looseObject({}).describe('as loaded') })),
      })
      .nullable()
      .describe('null where the service has no mappings folder'),
  }),
) {}
