import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { EventHint, HookRequest, HookVerdict, JsonValue } from '../../contract/index.js';
import { changedFields } from './changed-fields.js';

/** The secrets of an HTTPS subscription of the Event Platform, as they stand there. */
export const eventSecrets = z.strictObject({
  primary: z.string().min(1).meta({ secret: true }).describe('primary secret of the subscription'),
  secondary: z.string().min(1).meta({ secret: true }).optional().describe('secondary secret, while one takes the place of the other'),
});

export interface EventSettings {
  readonly secrets: z.infer<typeof eventSecrets>;
  /** Authors whose edits are not announced. */
  readonly ignoredAuthors: readonly string[];
}

/**
 * The Event Platform tries again for 35 minutes and slows down where we do, so that an event may well be hours old. One that was
 * caught on its way is no use to anybody: its id is remembered for longer than this.
 */
const oldestMs = 24 * 3_600_000;
const earliestMs = 5 * 60_000;

/** CloudEvents 1.0: https://api.akeneo.com/event-platform/available-events.html */
const Event = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(255),
  type: z.string(),
  time: z.iso.datetime({ offset: true }),
  data: z.record(z.string(), z.custom<JsonValue>()),
});
type Event = z.infer<typeof Event>;

const Product = z.object({ uuid: z.string().min(1), changes: z.custom<JsonValue>().optional() });
const Coded = z.object({ code: z.string().min(1), changes: z.custom<JsonValue>().optional() });
const Option = z.object({ code: z.string().min(1), attribute: z.object({ code: z.string().min(1) }) });
const Author = z.object({ identifier: z.string() });

/** What an event of the Event Platform says. A hint: what it names is fetched, and what it says of values is not looked at. */
export function receive({ secrets, ignoredAuthors }: EventSettings, request: HookRequest): HookVerdict {
  const forged = whyForged(secrets, request);
  if (forged !== null) return { kind: 'forged', reason: forged };
  const event = readEvent(request.body);
  if (typeof event === 'string') return { kind: 'malformed', reason: event };
  const age = request.receivedAt - Date.parse(event.time);
  if (age > oldestMs) return { kind: 'forged', reason: 'too old', isStale: true };
  if (age < -earliestMs) return { kind: 'forged', reason: 'from the future', isStale: true };
  const author = Author.safeParse(event.data.author);
  if (author.success && ignoredAuthors.includes(author.data.identifier)) return { kind: 'accepted', delivery: event.id, events: [] };
  const hints = hintsOf(event);
  if (typeof hints === 'string') return { kind: 'malformed', reason: hints };
  return { kind: 'accepted', delivery: event.id, events: hints };
}

/**
 * HMAC-SHA256 over the body, in hex, by each of the subscription's secrets:
 * https://api.akeneo.com/event-platform/concepts.html#hmac-signature-for-webhook-payloads. While a secret is replaced, what is primary
 * there may be secondary here: any of ours will do.
 */
function whyForged({ primary, secondary }: EventSettings['secrets'], { headers, body }: HookRequest): string | null {
  const algorithm = headers['x-akeneo-signature-algorithm'];
  if (algorithm !== undefined && algorithm.toLowerCase() !== 'hmacsha256') return 'signed by another algorithm than HmacSHA256';
  const given = [headers['x-akeneo-signature-primary'], headers['x-akeneo-signature-secondary']].filter(
    (one) => one !== undefined && one !== '',
  );
  if (given.length === 0) return 'it is not signed';
  const known = [primary, secondary].filter((secret) => secret !== undefined);
  const expected = known.map((secret) => createHmac('sha256', secret).update(body).digest());
  const genuine = given.some((hex) => expected.some((digest) => isSame(digest, hex ?? '')));
  return genuine ? null : 'no signature of ours';
}

function isSame(digest: Buffer, hex: string): boolean {
  if (!/^[0-9a-f]{64}$/i.test(hex)) return false;
  return timingSafeEqual(digest, Buffer.from(hex, 'hex'));
}

function readEvent(body: Buffer): Event | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    return 'the body is no JSON';
  }
  const read = Event.safeParse(parsed);
  return read.success ? read.data : z.prettifyError(read.error);
}

/** Whatever else happened to a record (became complete, became ready, …), it shows something else than before. */
function hintsOf({ type, data }: Event): EventHint[] | string {
  const [, what = '', action = ''] = /^com\.akeneo\.pim\.v1\.([a-z-]+)\.([a-z.-]+)$/.exec(type) ?? [];
  const kind = action === 'created' || action === 'deleted' ? action : 'updated';
  switch (what) {
    case 'product':
      return hint('product', kind, Product.transform(({ uuid, changes }) => ({ key: uuid, changes })).safeParse(data.product));
    case 'product-model':
      return hint('product-model', kind, Coded.transform(({ code, changes }) => ({ key: code, changes })).safeParse(data.product_model));
    case 'category':
      return hint('category', kind, Coded.transform(({ code }) => ({ key: code, changes: undefined })).safeParse(data.category));
    case 'family':
      return hint('family', kind, Coded.transform(({ code }) => ({ key: code, changes: undefined })).safeParse(data.family));
    case 'attribute-option':
      return hint(
        'attribute-option',
        kind,
        Option.transform((option) => ({ key: `${option.attribute.code}/${option.code}`, changes: undefined })).safeParse(
          data.attribute_option,
        ),
      );
    default:
      return [];
  }
}

function hint(
  entity: string,
  kind: EventHint['kind'],
  read: z.ZodSafeParseResult<{ readonly key: string; readonly changes?: JsonValue | undefined }>,
): EventHint[] | string {
  if (!read.success) return z.prettifyError(read.error);
  const fields = changedFields(read.data.changes);
  return [{ entity, key: read.data.key, kind, version: null, ...(fields === null ? {} : { changedFields: fields }) }];
}
