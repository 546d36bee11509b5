import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { HookVerdict, ReceivesEvents } from '../../../src/connectors/contract/index.js';
import { standardWebhooks } from '../../../src/connectors/http/index.js';

const Told = z.object({
  events: z.array(z.object({ entity: z.string(), key: z.string(), kind: z.enum(['created', 'updated', 'deleted']) })),
});

/** What the plain PIM says happened. */
export type ToldEvent = z.output<typeof Told>['events'][number];

/** How the plain PIM's webhooks are understood: Standard Webhooks around `{ events: [{ entity, key, kind }] }`. */
export function plainReceiver(secrets: readonly string[]): ReceivesEvents {
  const check = standardWebhooks(secrets);
  return {
    receive(request): HookVerdict {
      const checked = check(request);
      if (checked.kind === 'forged') return checked;
      const told = Told.safeParse(parsed(request.body));
      if (!told.success) return { kind: 'malformed', reason: 'it tells no events' };
      return { ...checked, kind: 'accepted', events: told.data.events.map((event) => ({ ...event, version: null })) };
    },
  };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

export interface SignedDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function plainSecret(letter: string): string {
  return `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`;
}

/** A delivery as the plain PIM sends it. */
export function signedDelivery(
  secret: string,
  events: readonly ToldEvent[],
  { id = `msg_${randomUUID()}`, sentAt = Date.now(), body = JSON.stringify({ events }, null, 1) } = {},
): SignedDelivery {
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, new Date(sentAt), body),
    },
    body,
  };
}

export function told(key: string, kind: ToldEvent['kind'] = 'updated'): ToldEvent {
  return { entity: 'product', key, kind };
}
