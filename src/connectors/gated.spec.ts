import { silentTools } from '../../test/kit/silent-tools.js';
import { startServer, type StandInServer } from '../../test/kit/stand-in/index.js';
import type { RequestGate } from './contract/index.js';
import { sources } from './sources/index.js';
import { targets } from './targets/index.js';

let server: StandInServer;
// A token, for whoever signs in.
beforeAll(async () => (server = await startServer(() => ({ status: 200, body: { access_token: 'token', data: {} } }))));
afterAll(() => server.close());
beforeEach(() => server.requests.clear());

const { signal } = new AbortController();
const list = { path: '/products', records: 'data', paging: { kind: 'none' } };
const rest = { key: 'id', version: { field: 'updated' }, list, changed: {}, fetch: { one: { path: '/products/{key}', record: 'data' } } };
const signIn = (url: string) => ({ kind: 'oauth', tokenUrl: `${url}/token`, clientId: 'client', clientSecret: 'secret' });
const settings: Readonly<Record<string, (url: string) => object>> = {
  akeneo: (url) => ({ url, clientId: 'client', secret: 'secret', username: 'admin', password: 'admin' }),
  couchdb: (url) => ({ url, database: 'pim', entities: { product: {} } }),
  magento2: (url) => ({ url, token: 'token' }),
  pimcore: (url) => ({ url, apiKey: 'key', version: 11, entities: { product: { class: 'Product', fields: {} } } }),
  rest: (url) => ({ url, auth: signIn(url), entities: { product: rest } }),
};
const gated = [...sources, ...targets].filter((one) => one.gated);

it.each(gated)('$id asks before each request, signing in among them', async ({ id, config, open }) => {
  const gate = { asked: 0, left: 0 };
  const counting: RequestGate = {
    enter: () => {
      gate.asked += 1;
      return Promise.resolve(() => void (gate.left += 1));
    },
  };
  const opened = await open(config.parse(settings[id]?.(server.url)), { ...silentTools, gate: counting });
  // What it makes of such answers is its own affair.
  await opened.check(signal).catch(() => undefined);
  await opened.close?.();
  const requests = server.requests.length;
  expect(requests).toBeGreaterThan(0);
  expect(gate).toEqual({ asked: requests, left: requests });
});
