import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { severities } from '../../alerts/severity.js';
import { textOrNull } from '../api.js';

const channels = z.array(z.string()).describe('names of channels');

const alerts = z.object({
  channels: z.array(
    z
      .looseObject({ name: z.string(), kind: z.enum(['slack', 'webhook', 'email']), fallback: textOrNull })
      .describe('addresses and secrets as ***'),
  ),
  routes: z.object({ critical: channels, warning: channels, info: channels, digest: channels }),
  repeat: z.object({ after: z.number(), factor: z.number(), longest: z.number() }).describe('milliseconds, and the factor between'),
  escalateMs: z.number().nullable().describe('null: never'),
  calmMs: z.number(),
  digest: z.object({ at: z.string(), timezone: z.string(), daily: z.boolean(), weekly: z.string() }),
  rules: z.array(
    z.object({
      rule: z.string(),
      on: z.boolean(),
      severity: z.enum(severities),
      thresholds: z.looseObject({}).describe('as in alerts.yaml or by default; spans of time in milliseconds'),
    }),
  ),
});

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
    alerts: alerts.describe('alerts.yaml, with what holds where it says nothing'),
  }),
) {}
