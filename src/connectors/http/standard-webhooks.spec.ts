import { Webhook } from 'standardwebhooks';
import type { HookRequest } from '../contract/source.js';
import { standardWebhooks, standardWebhookSecrets } from './standard-webhooks.js';

const secret = (letter: string): string => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`;
const [ours, next, foreign] = [secret('a'), secret('b'), secret('c')] as const;
const now = Date.UTC(2026, 0, 1);
const text = '{"type":"product.updated", "id": "ä 1"}';

/** A delivery as a sender makes it, and what is wrong with it. */
function delivery(
  wrong: {
    readonly secret?: string;
    readonly sentAt?: number;
    readonly id?: string;
    readonly body?: Buffer;
    readonly headers?: Readonly<Record<string, string | undefined>>;
  } = {},
): HookRequest {
  const { secret: by = ours, sentAt = now, id = 'msg_1', body = Buffer.from(text) } = wrong;
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(sentAt / 1000)),
    'webhook-signature': new Webhook(by).sign(id, new Date(sentAt), text),
    ...wrong.headers,
  };
  return { headers, body, receivedAt: now };
}

const check = standardWebhooks([ours]);
const genuine = { kind: 'genuine', delivery: 'msg_1' };

describe('a delivery by Standard Webhooks', () => {
  it('is genuine with the signature the standard prescribes', () => {
    expect(check(delivery())).toEqual(genuine);
    // From the standard's own library for other languages: https://github.com/standard-webhooks/standard-webhooks/tree/main/libraries
    const known = standardWebhooks(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']);
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    expect(known({ headers, body: Buffer.from('{"test": 2432232314}'), receivedAt: 1_614_265_330_000 })).toMatchObject({ kind: 'genuine' });
  });

  it('is genuine with either secret while one takes the place of the other', () => {
    const both = standardWebhooks([next, ours]);
    expect([both(delivery()), both(delivery({ secret: next })), check(delivery({ secret: next }))]).toMatchObject([
      genuine,
      genuine,
      { kind: 'forged' },
    ]);
    const signatures = `${String(delivery({ secret: foreign }).headers['webhook-signature'])} v1a,xyz ${String(delivery().headers['webhook-signature'])}`;
    expect(check(delivery({ headers: { 'webhook-signature': signatures } }))).toEqual(genuine);
  });

  it('is genuine for five minutes before and after', () => {
    expect([check(delivery({ sentAt: now - 300_000 })), check(delivery({ sentAt: now + 300_000 }))]).toEqual([genuine, genuine]);
  });

  it.each([
    ['signed by somebody else', { secret: foreign }, 'no signature of ours'],
    ['too old', { sentAt: now - 301_000 }, 'too old'],
    ['too early', { sentAt: now + 301_000 }, 'from the future'],
    ['with another time than the signed one', { headers: { 'webhook-timestamp': String(now / 1000 + 1) } }, 'no signature of ours'],
    ['with another id', { headers: { 'webhook-id': 'msg_2' } }, 'no signature of ours'],
    ['parsed and written again', { body: Buffer.from(JSON.stringify(JSON.parse(text))) }, 'no signature of ours'],
    ['with one byte more', { body: Buffer.from(`${text}\n`) }, 'no signature of ours'],
    ['of bytes that are no text', { body: Buffer.from([0x7b, 0xff, 0x7d]) }, 'its body is no text'],
    ['without a signature', { headers: { 'webhook-signature': undefined } }, 'a header is missing'],
    ['without an id', { headers: { 'webhook-id': '' } }, 'a header is missing'],
    ['with a time that is none', { headers: { 'webhook-timestamp': '1e9' } }, 'its time is none'],
    ['with an id that holds a dot', { id: 'a.1767225600' }, 'its id is none'],
    ['with an id without end', { id: 'a'.repeat(256) }, 'its id is none'],
    ['with a signature of another version', { headers: { 'webhook-signature': 'v2,abc' } }, 'no signature of ours'],
  ])('is forged %s', (what, wrong, reason) => {
    expect(check(delivery(wrong))).toEqual({ kind: 'forged', reason, ...(what.startsWith('too') ? { isStale: true } : {}) });
  });
});

describe('the secrets of a configuration', () => {
  it('are one or two, as long as the standard asks, and are not shown where they are wrong', () => {
    const valid = (secrets: readonly string[]) => standardWebhookSecrets.safeParse(secrets).success;
    expect([valid([ours]), valid([ours, next])]).toEqual([true, true]);
    for (const wrong of [[], [ours, next, foreign], ['whsec_'], ['whsec_c2hvcnQ='], [ours.slice(6)], [`${ours}!`]])
      expect(valid(wrong)).toBe(false);
    expect(JSON.stringify(standardWebhookSecrets.safeParse(['whsec_c2hvcnQ=']).error)).not.toContain('c2hvcnQ');
  });
});
