import { IANAZone } from 'luxon';
import { z } from 'zod';
import { standardWebhookSecret } from '../../connectors/http/index.js';
import { duration } from '../../mapping/amounts.js';
import type { AnyRule } from '../rule.js';
import { rules } from '../rules/index.js';
import { severities } from '../severity.js';

const channelName = z.string().regex(/^[a-z][a-z0-9-]*$/, { message: 'a channel is named with a–z, 0–9 and hyphens' });

const email = z
  .strictObject({
    server: z
      .url({ protocol: /^smtps?$/ })
      .meta({ secret: true })
      .describe('the mail server: smtps://user:password@host or smtp://host:25'),
    from: z.string().min(3).max(320).describe('who it is from: pim2shop <alerts@example.com>'),
    to: z.array(z.email()).min(1).max(50).describe('who gets it: a list of addresses'),
  })
  .describe('email: { server, from, to }');

export const channelSchema = z
  .strictObject({
    slack: z
      .url({ protocol: /^https?$/ })
      .meta({ secret: true })
      .optional()
      .describe('the address of an incoming webhook of Slack: ${SLACK_WEBHOOK}'),
    webhook: z
      .url({ protocol: /^https?$/ })
      .meta({ secret: true })
      .optional()
      .describe('an address that JSON is posted to'),
    secret: standardWebhookSecret.optional().describe('with webhook: what it is signed with, by Standard Webhooks (whsec_…)'),
    email: email.optional(),
    fallback: z.string().optional().describe('name of the channel that gets it where this one does not take it'),
  })
  .describe('a channel: { slack }, { webhook } or { email }, and a fallback');

const route = z.array(z.string()).describe('names of channels; none: [] ');

const timezone = z
  .string()
  .refine((name) => IANAZone.isValidZone(name), { message: 'there is no such time zone' })
  .default('UTC')
  .describe('a time zone such as Europe/Berlin; UTC where not said');

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const digest = z
  .strictObject({
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { message: 'it is no time of day' })
      .default('07:00')
      .describe("a time of day: '07:00'"),
    timezone,
    daily: z.boolean().default(true).describe('one each day: true or false'),
    weekly: z
      .enum([...days, 'never'])
      .default('mon')
      .describe('the day of the weekly one: mon, tue, wed, thu, fri, sat, sun, or never'),
  })
  .describe('when digests are sent: { at, timezone, daily, weekly }');

/** What may be said of a rule: whether it is on, how bad it is, and its own options. */
function ruleSchema({ options, severity, finds }: AnyRule): z.ZodType {
  return z
    .strictObject({
      on: z.boolean().default(true).describe('on: true or false'),
      severity: z.enum(severities).default(severity).describe('how bad it is: info, warning, critical'),
      ...options.shape,
    })
    .prefault({})
    .describe(finds);
}

export interface RuleSetting {
  readonly on: boolean;
  readonly severity: (typeof severities)[number];
}

/** alerts.yaml: everything has a default; without the file nothing is sent anywhere, and incidents are still opened and closed. */
export const alertsSchema = z.strictObject({
  channels: z.record(channelName, channelSchema).default({}).describe('channels: { name: { slack | webhook | email, fallback } }'),
  routes: z
    .strictObject({
      critical: route.optional(),
      warning: route.optional(),
      info: route.optional(),
      digest: route.optional(),
    })
    .default({})
    .describe('routes: which channels get what; where not said: info goes with warning, the others to the first channel'),
  repeat: z
    .strictObject({
      after: duration.prefault('1h').describe('the first time after so long; 1h where not said'),
      factor: z.number().min(1).max(10).default(2).describe('each gap is so much longer than the one before; 2 where not said'),
      longest: duration.prefault('1d').describe('but no longer than this; 1d where not said'),
    })
    .prefault({})
    .describe('how an alert that nobody acknowledged is told again: { after, factor, longest }'),
  escalate: z
    .union([duration, z.literal('never')])
    .prefault('4h')
    .describe('a warning that nobody acknowledged for so long becomes critical: a span of time such as 4h, or never'),
  calm: duration.prefault('2m').describe('it is over once it was not found for so long; 2m where not said'),
  digest: digest.prefault({}),
  rules: z
    .strictObject(Object.fromEntries(rules.map((rule) => [rule.kind, ruleSchema(rule)])))
    .prefault({})
    .describe('rules: { name: { on, severity, … } }'),
});

export type AlertsFile = z.output<typeof alertsSchema>;
