import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sources } from '../connectors/sources/index.js';
import { targets } from '../connectors/targets/index.js';
import { subscriptionOf } from '../mapping/subscription.js';
import { loadProject, type LoadedProject } from './load-project.js';

const env = {
  AKENEO_URL: 'https://pim.example.com',
  AKENEO_CLIENT_ID: 'id',
  AKENEO_SECRET: 'secret',
  AKENEO_USERNAME: 'user',
  AKENEO_PASSWORD: 'password',
  RABBITMQ_URL: 'amqps://user:hidden@rabbit.example.com/vhost',
  PRODUCTS_FILE: 'products.jsonl',
};

/** The example of docs/events.md, with something replaced. */
async function load(file: string, from: string | RegExp, to: string, more: Partial<typeof env> = {}): Promise<LoadedProject> {
  const dir = await mkdtemp(join(tmpdir(), 'pim2shop-broker-'));
  try {
    for (const name of await readdir('examples/events')) {
      const text = await readFile(join('examples/events', name), 'utf8');
      const replaced = name === file ? text.replace(from, to) : text;
      if (name === file) expect(replaced === text).toBe(from === to);
      await writeFile(join(dir, name), replaced);
    }
    return await loadProject(dir, { env: { ...env, ...more }, sources, targets });
  } finally {
    await rm(dir, { recursive: true });
  }
}

const mistakes = async (...change: Parameters<typeof load>) => {
  const loaded = await load(...change);
  return 'mistakes' in loaded ? loaded.mistakes.map(({ file, line, problem }) => `${file}:${line} ${problem}`) : [];
};

describe('a broker below a source', () => {
  it('is read with its defaults, and kept apart from the connector', async () => {
    const loaded = await load('connections.yaml', 'amqp', 'amqp');
    if ('mistakes' in loaded) throw new Error(JSON.stringify(loaded.mistakes));
    const pim = loaded.project.connections.get('pim');
    expect(pim?.broker).toEqual({
      url: env.RABBITMQ_URL,
      queue: 'pim2shop',
      exchange: 'pim',
      routingKeys: ['product.*'],
      deliveryLimit: 20,
      prefetch: 100,
    });
    expect(pim?.config).not.toHaveProperty('amqp');
    expect(loaded.project.connections.get('shop')?.broker).toBeNull();
    expect(loaded.project.pipelines.map(({ data }) => subscriptionOf(data, []).events)).toEqual([{ direct: true }]);
  });

  it.each([
    ['an address that is none', /url: \$\{RABBITMQ_URL\}/, 'url: https://user:hidden@rabbit.example.com', 'connections.yaml:11'],
    ['an unknown key', 'queue: pim2shop', 'queu: pim2shop', 'connections.yaml:12 unknown key queu'],
    ['a limit of nothing', 'queue: pim2shop', 'queue: pim2shop\n      deliveryLimit: 0', 'connections.yaml:13 deliveryLimit'],
    ['one below a shop', 'path: ${PRODUCTS_FILE}', 'path: x\n    amqp: { url: amqp://x, queue: y }', 'unknown key amqp'],
  ])('with %s is told with its place', async (_what, from, to, told) => {
    expect((await mistakes('connections.yaml', from, to)).join('\n')).toContain(told);
  });

  it('shows no password where it is wrong', async () => {
    const loaded = await load('connections.yaml', 'amqp', 'amqp', { RABBITMQ_URL: 'http://user:hidden@rabbit.example.com' });
    expect('mistakes' in loaded).toBe(true);
    expect(JSON.stringify(loaded)).not.toContain('hidden');
  });
});

describe('events of a pipeline file', () => {
  it.each([
    ['true', { direct: false }],
    ['{ direct: true }', { direct: true }],
    ['{}', { direct: false }],
    ['false', null],
  ])('%s', async (written, events) => {
    const loaded = await load('products.yaml', 'events: { direct: true }', `events:  ${written}`);
    if ('mistakes' in loaded) throw new Error(JSON.stringify(loaded.mistakes));
    expect(loaded.project.pipelines.map(({ data }) => subscriptionOf(data, []).events)).toEqual([events]);
  });

  it('that are something else are told with their place', async () => {
    expect(await mistakes('products.yaml', 'direct: true', 'direkt: true')).toEqual(['products.yaml:7 unknown key direkt']);
    expect((await mistakes('products.yaml', '{ direct: true }', 'webhook'))[0]).toContain('products.yaml:7 events');
  });
});
