import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { rest } from '../../../src/connectors/sources/rest/index.js';
import { at } from '../../../src/connectors/sources/rest/json.js';
import { standInLine, type SignInHarness } from '../describe-source/index.js';
import { silentTools } from '../silent-tools.js';
import { startJsonApi, type Dialect } from './json-api.js';

type Config = z.input<typeof rest.config> extends never ? never : Parameters<(typeof rest.config)['parse']>[0];

export interface RestCase {
  readonly dialect: Dialect;
  /** The connection, by address and secret, with an entity `product`. */
  readonly config: (url: string, secret: string) => Config;
  /** Where its records are read. */
  readonly path: RegExp;
  /** Where a record has its text. */
  readonly text: string;
}

/** A JSON API with nothing in it, seen as records of its one entity. */
export async function restHarness({ dialect, config, path, text }: RestCase): Promise<SignInHarness> {
  const pageSize = 10;
  const api = await startJsonApi(dialect, { pageSize });
  const { store } = api;
  let added = 0;
  const open = (secret: string) => rest.open(rest.config.parse(config(api.url, secret)), silentTools);
  return {
    open: () => open(api.secret),
    entity: 'product',
    needs: { attributes: null, fields: [], locales: null, channels: null },
    pageSize,
    maxKeys: rest.limits.maxKeys,
    concurrency: 4,
    clock: { now: () => store.clock, advance: (ms) => void (store.clock += ms) },
    keys: () => [...store.rows.keys()],
    add: (name) => {
      // Anywhere in the order of keys.
      const key = createHash('sha1')
        .update(String((added += 1)))
        .digest('hex');
      store.put(key, name);
      return key;
    },
    edit: (key, name) => store.put(key, name),
    editLate: (key, name, stamp) => store.put(key, name, stamp),
    remove: (key) => store.remove(key),
    textOf: ({ fields }) => {
      const shown = at(fields, text);
      return typeof shown === 'string' ? shown : null;
    },
    expireCursors: () => void (store.epoch += 1),
    fail: () => {
      // Beyond what the client waits for by itself.
      const headers = { 'retry-after': '600' };
      return api.faults.add({ match: { path }, kind: 'status', status: 503, headers, times: Infinity }).remove;
    },
    line: standInLine(api, { records: path, 'sign-in': /^\/token/ }),
    item: dialect.item,
    serves: api.serves,
    wrongSecret: 'canary-of-a-secret',
    openRefused: () => open('canary-of-a-secret'),
    expireToken: () => dialect.expireToken?.(),
    tokens: () => dialect.tokens?.() ?? 0,
    close: () => api.close(),
  };
}
