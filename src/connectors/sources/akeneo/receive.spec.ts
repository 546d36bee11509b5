import { createHmac } from 'node:crypto';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import { receivesEvents, type EventHint, type HookVerdict } from '../../contract/index.js';
import { akeneo } from './index.js';
import { receive } from './receive.js';

const secrets = { primary: 'the primary secret', secondary: 'the secondary secret' };
const settings = { secrets, ignoredAuthors: ['pim2shop'] };
const receivedAt = Date.parse('2026-01-01T12:00:00Z');
const uuid = '6a9f8486-2c36-4680-b87f-6f5f8f01b6cf';

/** As the Event Platform's documentation shows it. */
const event = (type: string, data: object = { product: { uuid } }, more: object = {}) => ({
  specversion: '1.0',
  id: '018e32f9-dfe4-760e-a273-5da1c089dfdb',
  type: `com.akeneo.pim.v1.${type}`,
  source: 'pim',
  subject: '019256aa-7f77-7f58-bc8c-770f7e369c5b',
  time: '2026-01-01T11:59:58Z',
  datacontenttype: 'application/json',
  data: { author: { identifier: 'julia', type: 'user' }, ...data },
  ...more,
});
const sign = (body: Buffer, secret: string) => createHmac('sha256', secret).update(body).digest('hex');

type Headers = Readonly<Record<string, string | undefined>>;
function sent(content: unknown, headers?: (body: Buffer) => Headers, by = settings): HookVerdict {
  const body = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  const signed = headers?.(body) ?? {
    'x-akeneo-signature-primary': sign(body, secrets.primary),
    'x-akeneo-signature-secondary': sign(body, secrets.secondary),
    'x-akeneo-signature-algorithm': 'HmacSHA256',
  };
  return receive(by, { headers: signed, body, receivedAt });
}
function events(verdict: HookVerdict): readonly EventHint[] {
  if (verdict.kind === 'accepted') return verdict.events;
  throw new Error(`${verdict.kind}: ${verdict.reason}`);
}

describe('an event of the Event Platform', () => {
  it.each([
    ['product.created', 'created'],
    ['product.updated', 'updated'],
    ['product.deleted', 'deleted'],
    ['product.became-complete', 'updated'],
    ['product.became-incomplete', 'updated'],
    ['product.became-ready', 'updated'],
  ])('%s hints that a product was %s, by its uuid and without a version', (type, kind) => {
    expect(sent(event(type))).toEqual({
      kind: 'accepted',
      delivery: '018e32f9-dfe4-760e-a273-5da1c089dfdb',
      events: [{ entity: 'product', key: uuid, kind, version: null }],
    });
  });

  it('of a model or a category names it by its code', () => {
    expect(events(sent(event('product-model.updated', { product_model: { code: 'polo' } })))).toEqual([
      { entity: 'product-model', key: 'polo', kind: 'updated', version: null },
    ]);
    expect(events(sent(event('category.deleted', { category: { code: 'shoes' } })))).toEqual([
      { entity: 'category', key: 'shoes', kind: 'deleted', version: null },
    ]);
  });

  it('of a family or an option names it as records that use it do', () => {
    expect(events(sent(event('family.updated', { family: { code: 'shirts' } })))).toEqual([
      { entity: 'family', key: 'shirts', kind: 'updated', version: null },
    ]);
    const option = { code: 'red', attribute: { code: 'main_color' } };
    expect(events(sent(event('attribute-option.deleted', { attribute_option: option })))).toEqual([
      { entity: 'attribute-option', key: 'main_color/red', kind: 'deleted', version: null },
    ]);
  });

  it('of anything else hints at nothing', () => {
    const data = { asset: { code: 'a', asset_family: { code: 'b' } } };
    for (const type of ['asset.updated', 'app.deleted', 'attribute.created']) expect(events(sent(event(type, data)))).toEqual([]);
    expect(events(sent(event('product.updated', undefined, { type: 'com.akeneo.pim.v2.product.updated' })))).toEqual([]);
  });

  it('updated.delta says which fields changed, and what shows them', () => {
    const changes = { enabled: { previous: true, new: false }, categories: { added: ['a'] }, values: { name: [{ new: 'x' }] } };
    const [one] = events(sent(event('product.updated.delta', { product: { uuid, changes } })));
    expect(one?.changedFields).toEqual(
      ['allCategories', 'categories', 'completeness', 'enabled', 'identifier', 'options', 'state', 'updated', 'values.name'].sort(),
    );
  });

  it.each([
    ['another family', { family: { previous: 'a', new: 'b' } }],
    ['another parent', { parent: { previous: 'a', new: 'b' }, values: { name: [] } }],
    ['something that nobody knew of', { values: { name: [] }, readiness: {} }],
    ['what every object has', { constructor: {} }],
    ['nothing', {}],
    ['something else than changes', { values: 7 }],
  ])('updated.delta with %s says that anything may have changed', (_, changes) => {
    const [one] = events(sent(event('product.updated.delta', { product: { uuid, changes } })));
    expect(one).toEqual({ entity: 'product', key: uuid, kind: 'updated', version: null });
  });

  it('by an author who is ignored is taken and says nothing', () => {
    const data = { product: { uuid }, author: { identifier: 'pim2shop', type: 'api' } };
    expect(sent(event('product.updated', data))).toMatchObject({ kind: 'accepted', events: [] });
    expect(events(sent(event('product.updated', data), undefined, { ...settings, ignoredAuthors: [] }))).toHaveLength(1);
  });

  it.each([
    ['no JSON', '{"specversion":'],
    ['no event', '[]'],
    ['another version', event('product.updated', undefined, { specversion: '0.3' })],
    ['no id', event('product.updated', undefined, { id: '' })],
    ['no time', event('product.updated', undefined, { time: 'yesterday' })],
    ['no product', event('product.updated', {})],
    ['a product without a uuid', event('product.updated', { product: { uuid: 7 } })],
    ['a model without a code', event('product-model.deleted', { product_model: {} })],
    ['an option of no attribute', event('attribute-option.updated', { attribute_option: { code: 'red' } })],
  ])('that is signed and has %s is malformed', (_, body) => {
    expect(sent(body).kind).toBe('malformed');
  });
});

describe('its signature', () => {
  const updated = event('product.updated');
  const primary = (secret: string) => (body: Buffer) => ({ 'x-akeneo-signature-primary': sign(body, secret) });

  it('may be by either secret, under either name, while one takes the place of the other', () => {
    const secondary = (secret: string) => (body: Buffer) => ({
      'x-akeneo-signature-primary': sign(body, 'somebody else'),
      'x-akeneo-signature-secondary': sign(body, secret),
    });
    for (const secret of Object.values(secrets))
      for (const headers of [primary(secret), secondary(secret)]) expect(sent(updated, headers).kind).toBe('accepted');
    const one = { secrets: { primary: 'the primary secret' }, ignoredAuthors: [] } as unknown as typeof settings;
    expect(sent(updated, primary(secrets.secondary), one)).toEqual({ kind: 'forged', reason: 'no signature of ours' });
  });

  it('is known from a digest that was worked out elsewhere', () => {
    // printf 'body' | openssl dgst -sha256 -hmac key
    const headers = { 'x-akeneo-signature-primary': '515aae133b435d4000956731f68ae5cf5eb85d4f0dc6a546d2bfcd3595ec1ae1' };
    expect(sent('body', () => headers, { secrets: { primary: 'key', secondary: 'other' }, ignoredAuthors: [] })).toEqual({
      kind: 'malformed',
      reason: 'the body is no JSON',
    });
  });

  it.each<[string, (body: Buffer) => Headers]>([
    ['no signature', () => ({})],
    ['an empty one', () => ({ 'x-akeneo-signature-primary': '' })],
    ['one by somebody else', primary('somebody else')],
    ['one of other bytes', (body) => primary(secrets.primary)(Buffer.concat([body, Buffer.from(' ')]))],
    ['half a one', (body) => ({ 'x-akeneo-signature-primary': sign(body, secrets.primary).slice(0, 32) })],
    ['one in base64', (body) => ({ 'x-akeneo-signature-primary': Buffer.from(sign(body, secrets.primary), 'hex').toString('base64') })],
    ['one by another algorithm', (body) => ({ ...primary(secrets.primary)(body), 'x-akeneo-signature-algorithm': 'HmacSHA1' })],
  ])('with %s makes it forged, and the reason tells no secret', (_, headers) => {
    const verdict = sent(updated, headers);
    expect(verdict).toEqual({ kind: 'forged', reason: expect.any(String) });
    expect(JSON.stringify(verdict)).not.toContain('secret');
  });

  it('is over the bytes as they came', () => {
    const spaced = JSON.stringify(updated, null, 2);
    expect(sent(spaced).kind).toBe('accepted');
    expect(sent(spaced, () => primary(secrets.primary)(Buffer.from(JSON.stringify(updated)))).kind).toBe('forged');
  });

  it.each([
    ['a day and a second old', '2025-12-31T11:59:59Z', 'too old'],
    ['six minutes early', '2026-01-01T12:06:00+00:00', 'from the future'],
  ])('does not help an event that is %s', (_, time, reason) => {
    expect(sent(event('product.updated', undefined, { time }))).toEqual({ kind: 'forged', reason, isStale: true });
  });

  it('helps an event that was tried again for hours', () => {
    expect(sent(event('product.updated', undefined, { time: '2026-01-01T01:00:00Z' })).kind).toBe('accepted');
  });
});

it('a connection without the secrets of its events tells of none', async () => {
  const config = { url: 'http://127.0.0.1:1', clientId: 'c', secret: 's', username: 'u', password: 'p', timeZone: 'UTC' };
  const [deaf, hearing] = await Promise.all([
    akeneo.open(config, silentTools),
    akeneo.open({ ...config, eventSecrets: secrets }, silentTools),
  ]);
  expect([receivesEvents(deaf), receivesEvents(hearing)]).toEqual([false, true]);
  await Promise.all([deaf.close?.(), hearing.close?.()]);
});
