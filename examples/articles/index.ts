import { z } from 'zod';
import { defineSource, type CheckResult, type Source } from '../../src/connectors/contract/index.js';
import { createHttpClient } from '../../src/connectors/http/index.js';
import { ArticlesApi } from './articles-api.js';
import { listKeys } from './list-keys.js';
import { readChanges } from './read-changes.js';

/** An invented PIM over REST: `GET /articles`, ordered by key, and `POST /articles/lookup`. */
export const articles = defineSource({
  id: 'articles',
  title: 'Articles over REST (example)',
  config: z.strictObject({ url: z.url({ protocol: /^https?$/ }).describe('address of the PIM') }),
  entities: ['article'],
  limits: { maxKeys: 50, concurrency: 2 },
  open({ url }, { connection }) {
    const client = createHttpClient({ connection, baseUrl: url, concurrency: 2 });
    const api = new ArticlesApi(connection, client);
    const source: Source = {
      check: (signal) => check(api, signal),
      changes: (_entity, cursor, options) => readChanges(api, cursor, options),
      keys: (_entity, cursor, options) => listKeys(api, cursor, options),
      fetch: (_entity, keys, { signal }) => api.lookUp(keys, signal),
      close: () => Promise.resolve(client.close()),
    };
    return Promise.resolve(source);
  },
});

/** Imitates normal work: reads one article. */
async function check(api: ArticlesApi, signal: AbortSignal): Promise<CheckResult> {
  try {
    await api.list({ limit: 1 }, signal);
    return { ok: true, detail: 'articles can be read' };
  } catch (error) {
    return {
      ok: false,
      problem: error instanceof Error ? error.message : String(error),
      advice: 'Compare url with the address of the PIM.',
    };
  }
}
