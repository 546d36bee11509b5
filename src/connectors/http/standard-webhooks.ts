import { isUtf8 } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { HookRequest } from '../contract/source.js';

/** How far a delivery's time may lie from ours, before and after: what was caught on its way can be sent again for so long. */
const windowMs = 5 * 60_000;
const longestId = 255;

/** For a configuration: what is signed with. */
export const standardWebhookSecret = z
  .string()
  .refine(isSecret, 'is no secret of Standard Webhooks: whsec_ and 24 to 64 bytes in base64')
  .meta({ secret: true });

/** For a connector's configuration: one secret, or two while one takes the other's place. */
export const standardWebhookSecrets = z
  .array(standardWebhookSecret)
  .min(1)
  .max(2)
  .describe('secrets of its webhooks (whsec_…): one, or two while one takes the place of the other');

export type StandardDelivery =
  | { readonly kind: 'genuine'; /** The sender's id: the same one again is the same event. */ readonly delivery: string }
  | { readonly kind: 'forged'; readonly reason: string; readonly isStale?: true };

/**
 * Checks deliveries by Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks, version 1): an HMAC over
 * id, time and body in the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`, several of them while a
 * secret is replaced. The library signs; the window is judged here, by when the request came.
 */
export function standardWebhooks(secrets: readonly string[]): (request: HookRequest) => StandardDelivery {
  const signers = secrets.map((secret) => new Webhook(secret));
  return ({ headers, body, receivedAt }) => {
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures } = headers;
    if (!id || !time || !signatures) return forged('a header is missing');
    // Three texts joined by dots are signed: a dot in the first would let another three make the same text.
    if (id.length > longestId || id.includes('.')) return forged('its id is none');
    if (!/^\d{1,11}$/.test(time)) return forged('its time is none');
    const sentAt = Number(time) * 1000;
    if (receivedAt - sentAt > windowMs) return { ...forged('too old'), isStale: true };
    if (sentAt - receivedAt > windowMs) return { ...forged('from the future'), isStale: true };
    // The library takes the body for text: bytes that are none would all be signed alike.
    if (!isUtf8(body)) return forged('its body is no text');
    const expected = signers.map((signer) => signer.sign(id, new Date(sentAt), body));
    const given = signatures.split(' ');
    return expected.some((one) => given.some((other) => isSame(one, other)))
      ? { kind: 'genuine', delivery: id }
      : forged('no signature of ours');
  };
}

function forged(reason: string): StandardDelivery {
  return { kind: 'forged', reason };
}

function isSame(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function isSecret(text: string): boolean {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  if (base64 === undefined || base64.length % 4 !== 0) return false;
  const { length } = Buffer.from(base64, 'base64');
  return length >= 24 && length <= 64;
}
