import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { severities } from '../../alerts/severity.js';
import { cursor, limit, moment, name, next, reason, textOrNull } from '../api.js';

const alert = z.object({
  id: z.number().int(),
  kind: z.string().describe('the rule that found it'),
  severity: z.enum(severities),
  state: z.enum(['open', 'closed']),
  pipeline: textOrNull,
  connection: textOrNull,
  fingerprint: z.string(),
  message: z.string(),
  details: z.looseObject({}).describe('many, since, examples ({ text, key }), next; empty for what was opened a moment ago'),
  openedAt: moment,
  lastAt: moment.describe('when it was seen last'),
  closedAt: moment.nullable(),
  notices: z.number().int().describe('how often people were told'),
  escalatedAt: moment.nullable(),
  acknowledged: z.object({ by: z.string(), at: z.string() }).nullable(),
  muted: z.boolean(),
  revision: z.number().int().describe('the ETag: rises with what matters for a decision'),
});

const message = z.object({
  id: z.number().int(),
  kind: z.string().describe('opened, reminder, escalated, recovered'),
  channel: z.string(),
  insteadOf: textOrNull.describe('the channel that did not take it'),
  state: z.string().describe('due, sent, failed, dropped'),
  attempts: z.number().int(),
  createdAt: moment,
  sentAt: moment.nullable(),
  error: textOrNull,
});

const mute = z.object({
  id: z.number().int(),
  fingerprint: textOrNull,
  kind: textOrNull,
  pipeline: textOrNull,
  until: moment,
  reason: textOrNull,
  by: z.string(),
  since: moment,
});

export class AlertsDto extends createZodDto(z.object({ items: z.array(alert), next })) {}
export class AlertDto extends createZodDto(alert.extend({ messages: z.array(message) })) {}
export class AlertsQueryDto extends createZodDto(
  z.strictObject({
    state: z.enum(['open', 'closed']).optional(),
    kind: name.optional(),
    severity: z.enum(severities).optional(),
    pipeline: name.optional(),
    cursor,
    limit,
  }),
) {}
export class AlertParamsDto extends createZodDto(z.strictObject({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) })) {}
export class MuteDto extends createZodDto(mute) {}
export class MutesDto extends createZodDto(z.object({ mutes: z.array(mute) })) {}
export class NewMuteDto extends createZodDto(
  z.strictObject({
    fingerprint: z.string().min(1).max(1_000).optional().describe('of one alert'),
    kind: name.optional().describe('all of this kind'),
    pipeline: name.optional().describe('all of this pipeline; with a kind: of both'),
    minutes: z.number().int().min(1).max(43_200).describe('for so long, 30 days at most'),
    reason,
  }),
) {}

export class AlertTestDto extends createZodDto(
  z.strictObject({ channel: name.optional().describe('the only one that gets it; where not said, all of alerts.yaml do') }),
) {}
export class TestedChannelsDto extends createZodDto(
  z.object({ channels: z.array(z.object({ channel: z.string(), problem: textOrNull.describe('why it did not take it; null: it did') })) }),
) {}
