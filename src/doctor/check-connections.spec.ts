import { startServer, type StandInAnswer, type StandInRequest, type StandInServer } from '../../test/kit/stand-in/index.js';
import { loadConnections } from '../config/load-connections.js';
import type { Connection } from '../config/load-connections.js';
import { defineTarget, type TargetDefinition } from '../connectors/contract/index.js';
import { sources } from '../connectors/sources/index.js';
import { targets } from '../connectors/targets/index.js';
import { silentLog } from '../logging/log.js';
import { checkConnections } from './check-connections.js';

let server: StandInServer;
let answer: (request: StandInRequest) => StandInAnswer;

beforeAll(async () => {
  server = await startServer((request) => answer(request));
});
afterAll(() => server.close());

/** Never answers, and does not listen to its signal either. */
const deaf = defineTarget({
  id: 'deaf',
  title: 'deaf',
  config: (targets[0] as TargetDefinition).config,
  resources: ['product'],
  limits: { maxItems: 1, maxBytes: 1, concurrency: 1 },
  open: () => Promise.resolve({ check: () => new Promise<never>(() => undefined), write: () => Promise.resolve([]) }),
});

function known(text: string): ReadonlyMap<string, Connection> {
  const { connections, mistakes } = loadConnections(`connections:\n${text}`, {}, { sources, targets });
  expect(mistakes).toEqual([]);
  return connections;
}

const magento = (url: string, name = 'shop'): string => `  ${name}: { connector: magento2, url: '${url}', token: very-secret-token }\n`;
const check = (connections: ReadonlyMap<string, Connection>, names: readonly string[] = [], limitMs = 5_000) =>
  checkConnections(connections, names, { log: silentLog, limitMs });

/** A shop with one store view, whose clock is so many seconds ahead. */
const shop =
  (ahead = 0) =>
  ({ path }: StandInRequest): StandInAnswer => ({
    status: 200,
    headers: { date: new Date(Date.now() + ahead * 1_000).toUTCString() },
    body: path.endsWith('/products')
      ? { total_count: 3, items: [] }
      : [{ id: 1, code: 'default', website_id: 1, store_group_id: 1, is_active: 1 }],
  });

describe('a connection', () => {
  it('that works is told with what it says of itself, and its clock', async () => {
    answer = shop(300);
    const [checked] = await check(known(magento(server.url)));
    expect(checked).toMatchObject({ connection: 'shop', connector: 'magento2', ok: true, reachable: true, authorised: true, advice: null });
    expect(checked?.says).toContain('default');
    expect(Math.abs((checked?.clockAheadSeconds ?? 0) - 300)).toBeLessThanOrEqual(2);
  });

  it('that refuses the credentials is there, and not authorised', async () => {
    answer = () => ({ status: 401, body: { message: 'very-secret-token is no token' } });
    const [checked] = await check(known(magento(server.url)));
    expect(checked).toMatchObject({ ok: false, reachable: true, authorised: false, advice: expect.stringContaining('token') as string });
    expect(JSON.stringify(checked)).not.toContain('very-secret-token');
  });

  it('that nobody answers at is not reachable; all are asked side by side, and one that fails keeps none from being asked', async () => {
    answer = shop();
    const connections = known(magento('http://127.0.0.1:1', 'gone') + magento(server.url));
    expect(await check(connections)).toMatchObject([
      { connection: 'gone', ok: false, reachable: false, authorised: null, clockAheadSeconds: null },
      { connection: 'shop', ok: true, clockAheadSeconds: 0 },
    ]);
  });

  it('is not waited for longer than was said, not even if it does not listen', async () => {
    const connection: Connection = {
      name: 'deaf',
      connector: 'deaf',
      config: {},
      source: null,
      target: deaf as TargetDefinition,
      broker: null,
      breaker: null,
      limit: null,
    };
    expect(await check(new Map([['deaf', connection]]), [], 50)).toMatchObject([{ ok: false, says: 'no answer within 0.05 s' }]);
  });

  it('that nobody named is refused with the one that was meant', async () => {
    await expect(check(known(magento(server.url)), ['shpo'])).rejects.toThrow('There is no connection "shpo": did you mean shop?');
  });
});
