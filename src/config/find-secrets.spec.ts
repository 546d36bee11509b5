import { z } from 'zod';
import { sources } from '../connectors/sources/index.js';
import { targets } from '../connectors/targets/index.js';
import { brokerSchema } from './broker.js';
import { secrets } from '../logging/secrets.js';
import { findSecrets } from './find-secrets.js';
import { loadConnections } from './load-connections.js';

const schema = z.strictObject({
  url: z.url(),
  primary: z.string().meta({ secret: true }).optional(),
  auth: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('a'), key: z.string().meta({ secret: true }), header: z.string() }),
    z.strictObject({ kind: z.literal('b'), name: z.string() }),
  ]),
  several: z.array(z.string().meta({ secret: true })).or(z.string().meta({ secret: true })),
  headers: z.record(z.string(), z.string()),
});

describe('the secrets of a connection', () => {
  it('are what its connector takes for one, wherever it stands', () => {
    const config = { url: 'https://x', primary: 'p', auth: { kind: 'a', key: 'k', header: 'h' }, several: ['s1', 's2'], headers: {} };
    expect(findSecrets(config, schema)).toEqual(['p', 'k', 's1', 's2']);
    expect(findSecrets({ several: 'alone' }, schema)).toEqual(['alone']);
  });

  it('are what stands under the name of one, though nobody marked it', () => {
    expect(findSecrets({ headers: { 'X-Api-Key': 'h1', Accept: 'json' }, unknown: { accessToken: [['u1']] } }, schema)).toEqual([
      'h1',
      'u1',
    ]);
  });

  it('are found in a configuration that is wrong, too', () => {
    for (const config of [null, 'text', 7, { auth: 'x', primary: ['p'] }]) expect(() => findSecrets(config, schema)).not.toThrow();
    expect(findSecrets({ primary: ['p'], auth: { key: 7 } }, schema)).toEqual(['p', '7']);
  });

  it('are told to the process when connections.yaml is read, also where that has mistakes', () => {
    const text = 'connections:\n  shop: { connector: magento2, url: nowhere, token: "${WHAT}" }\n';
    expect(loadConnections(text, { WHAT: 'c4nary-of-the-file' }, { sources, targets }).mistakes).toHaveLength(1);
    expect(secrets.hide('it said c4nary-of-the-file')).toBe('it said ***');
  });

  /** A JSON Schema without what only says how it is written: where `secret` stands in it. */
  const marks = (node: unknown): number =>
    typeof node === 'object' && node !== null
      ? Number((node as { secret?: unknown }).secret === true) + Object.values(node).reduce<number>((sum, one) => sum + marks(one), 0)
      : 0;

  it('are marked by every connector that is given any', () => {
    const marked = [...sources, ...targets].map(({ id, config }) => [
      id,
      marks(z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' })) > 0,
    ]);
    expect(Object.fromEntries(marked)).toMatchObject({ akeneo: true, couchdb: true, pimcore: true, rest: true, sql: true, magento2: true });
    expect(findSecrets({ url: 'amqp://a:b@c' }, brokerSchema)).toEqual(['amqp://a:b@c']);
  });
});
