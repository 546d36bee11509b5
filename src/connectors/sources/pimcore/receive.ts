import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { EventHint, HookRequest, HookVerdict } from '../../contract/index.js';
import type { Config } from './config.js';

/** https://pimcore.com/docs/platform/Datahub_Webhooks/Example_Requests/ */
const Payload = z.object({
  general: z.object({ eventName: z.string(), subjectType: z.string(), versionOnly: z.boolean().optional() }),
  subject: z.object({
    id: z.union([z.int().positive().transform(String), z.string().regex(/^[1-9]\d*$/)]),
    type: z.string().optional(),
  }),
});

/** The others tell of what failed, or of a workflow: an object that changed by one is updated as well. */
const kinds: Readonly<Record<string, EventHint['kind']>> = {
  'pimcore.dataobject.postAdd': 'created',
  'pimcore.dataobject.postUpdate': 'updated',
  'pimcore.dataobject.postDelete': 'deleted',
};

/** What a webhook of the bundle Datahub Webhooks says. Hints only: what they name is fetched. */
export function receive(config: Config, request: HookRequest): HookVerdict {
  const forged = whyForged(config, request);
  if (forged !== null) return { kind: 'forged', reason: forged };
  const payload = readPayload(request.body);
  if (typeof payload === 'string') return { kind: 'malformed', reason: payload };
  return { kind: 'accepted', delivery: deliveryOf(request), events: eventsOf(config, payload) };
}

/** The bundle's documentation knows no signature: the subscriber sends a secret in a header. */
function whyForged({ webhook }: Config, { headers }: HookRequest): string | null {
  if (webhook === undefined) return 'the connection has no webhook.secret';
  const given = headers[webhook.header.toLowerCase()];
  if (given === undefined) return `the header ${webhook.header} is missing`;
  const known = Array.isArray(webhook.secret) ? webhook.secret : [webhook.secret];
  return known.some((secret) => equal(given, secret)) ? null : `the header ${webhook.header} is wrong`;
}

function equal(given: string, secret: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

function readPayload(body: Buffer): z.infer<typeof Payload> | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    return 'the body is no JSON';
  }
  const read = Payload.safeParse(parsed);
  return read.success ? read.data : z.prettifyError(read.error);
}

/** A draft that was saved (`versionOnly`) changes nothing that is published. `type` is the object's class. */
function eventsOf({ entities }: Config, { general, subject }: z.infer<typeof Payload>): EventHint[] {
  const kind = Object.hasOwn(kinds, general.eventName) ? kinds[general.eventName] : undefined;
  if (kind === undefined || general.subjectType !== 'object' || general.versionOnly === true) return [];
  return Object.entries(entities).flatMap(([entity, { class: className }]) =>
    className === subject.type ? [{ entity, key: subject.id, kind, version: null }] : [],
  );
}

/**
 * A delivery has no id, and two edits of one second have the same bytes: told apart by when they came, so that
 * the second is not taken for a repetition. One that is repeated does no harm.
 */
function deliveryOf({ body, receivedAt }: HookRequest): string {
  return `${createHash('sha256').update(body).digest('base64url')}.${receivedAt}`;
}
