import type { HookVerdict } from '../../contract/index.js';
import { pimcore } from './index.js';
import type { Config } from './config.js';
import { receive } from './receive.js';

const secret = 'a secret of the subscriber';
const entities = { car: { class: 'Car', fields: {} }, brand: { class: 'Brand', fields: {} }, wheels: { class: 'Car', fields: {} } };
const given = { url: 'https://pim.example/graphql', apiKey: 'key', version: 12, entities };
const parse = (more: object) => pimcore.config.parse({ ...given, ...more }) as Config;
const config = parse({ webhook: { secret } });
const receivedAt = Date.UTC(2026, 0, 1);

/** As the bundle's documentation shows it. */
const payload = (eventName: string, general: object = {}, subject: object = {}) => ({
  general: { eventName, timestamp: 1690975273, subjectType: 'object', versionOnly: false, ...general },
  subject: { id: 260, path: '/Product Data/Cars/alfa romeo/1900', published: false, type: 'Car', ...subject },
});

function sent(body: unknown, headers: Record<string, string> = { 'x-api-key': secret }, by = config): HookVerdict {
  return receive(by, { headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), receivedAt });
}
const events = (verdict: HookVerdict) => (verdict.kind === 'accepted' ? verdict.events : verdict);

describe('a webhook', () => {
  it.each([
    ['postAdd', 'created'],
    ['postUpdate', 'updated'],
    ['postDelete', 'deleted'],
  ])('of %s hints that the object was %s, in every entity of its class', (event, kind) => {
    expect(events(sent(payload(`pimcore.dataobject.${event}`)))).toEqual([
      { entity: 'car', key: '260', kind, version: null },
      { entity: 'wheels', key: '260', kind, version: null },
    ]);
  });

  it.each([
    ['a draft', payload('pimcore.dataobject.postUpdate', { versionOnly: true })],
    ['a failure', payload('pimcore.dataobject.postDeleteFailure')],
    ['an asset', payload('pimcore.asset.postUpdate', { subjectType: 'asset' }, { type: 'image' })],
    ['another class', payload('pimcore.dataobject.postUpdate', {}, { type: 'News' })],
    ['a workflow', payload('workflow.completed')],
  ])('of %s hints at nothing', (_, body) => {
    expect(events(sent(body))).toEqual([]);
  });

  it.each([
    ['no header', {}],
    ['another secret', { 'x-api-key': 'a secret of somebody else' }],
    ['a part of it', { 'x-api-key': secret.slice(1) }],
    ['it in another header', { authorization: secret }],
  ])('with %s is forged, and the reason does not tell the secret', (_, headers) => {
    const verdict = sent(payload('pimcore.dataobject.postDelete'), headers);
    expect(verdict).toEqual({ kind: 'forged', reason: expect.any(String) });
    expect(JSON.stringify(verdict)).not.toContain(secret.slice(1));
  });

  it('is forged where the connection has no secret', () => {
    expect(sent(payload('pimcore.dataobject.postDelete'), {}, parse({})).kind).toBe('forged');
  });

  it('is taken with either of two secrets, in the header that was chosen', () => {
    const two = parse({ webhook: { header: 'X-Hook', secret: [secret, 'the one that comes next'] } });
    for (const one of [secret, 'the one that comes next']) expect(sent(payload('x'), { 'x-hook': one }, two).kind).toBe('accepted');
  });

  it.each([
    ['no JSON', '<html>'],
    ['a list', '[]'],
    ['no subject', JSON.stringify({ general: payload('x').general })],
    ['an id that is none', JSON.stringify(payload('x', {}, { id: '1 OR 1=1' }))],
    ['a depth that nobody needs', '['.repeat(100_000)],
  ])('of %s is malformed', (_, body) => {
    expect(sent(body).kind).toBe('malformed');
  });

  it('is another delivery each time it comes: two edits of one second have the same bytes', () => {
    const body = Buffer.from(JSON.stringify(payload('pimcore.dataobject.postUpdate')));
    const headers = { 'x-api-key': secret };
    const deliveries = [receivedAt, receivedAt + 1].map((at) => receive(config, { headers, body, receivedAt: at }));
    const names = deliveries.map((one) => (one.kind === 'accepted' ? one.delivery : ''));
    expect(new Set(names).size).toBe(2);
  });
});

describe('the configuration', () => {
  const mistakes = (field: object) => {
    const read = pimcore.config.safeParse({ ...given, entities: { car: { class: 'Car', fields: { x: field } } } });
    return read.success ? [] : read.error.issues.map(({ path }) => path.at(-1));
  };

  it.each([
    [{ type: 'object' }, 'fields'],
    [{ fields: ['a'] }, 'fields'],
    [{ list: true }, 'list'],
    [{ of: 'name', class: 'Brand' }, 'of'],
    [{ type: 'relation', of: 'name' }, 'class'],
    [{ type: 'value', thumbnail: 'shop' }, 'thumbnail'],
    [{ field: 'name } mutation {' }, 'field'],
  ])('%j is refused at %s', (field, at) => {
    expect(mistakes(field)).toContain(at);
  });

  it('takes no short secret', () => {
    expect(pimcore.config.safeParse({ ...given, webhook: { secret: 'short' } }).success).toBe(false);
  });
});
