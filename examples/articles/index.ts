import { z } from 'zod';
import { defineSource, type CheckResult, type ReceivesEvents, type Source } from '../../src/connectors/contract/index.js';
import { bearer, createHttpClient, standardWebhookSecrets } from '../../src/connectors/http/index.js';
import { ArticlesApi } from './articles-api.js';
import { listKeys } from './list-keys.js';
import { readChanges } from './read-changes.js';
import { receive } from './receive.js';

/** An invented PIM over REST: `GET /articles`, ordered by key, and `POST /articles/lookup`. */
export const articles = defineSource({
  id: 'articles',
  title: 'Articles over REST (example)',
  config: z.strictObject({
    url: z.url({ protocol: /^https?$/ }).describe('address of the PIM'),
    token: z.string().min(1).meta({ secret: true }).describe('access token of the PIM'),
    webhookSecrets: standardWebhookSecrets.optional(),
  }),
  entities: ['article'],
  limits: { maxKeys: 50, concurrency: 4 },
  open({ url, token, webhookSecrets }, { connection }) {
    const client = createHttpClient({ connection, baseUrl: url, authorization: bearer(connection, token), concurrency: 4 });
    const api = new ArticlesApi(connection, client);
    const source: Source & Partial<ReceivesEvents> = {
      check: (signal) => check(api, signal),
      changes: (_entity, cursor, options) => readChanges(api, cursor, options),
      keys: (_entity, cursor, options) => listKeys(api, cursor, options),
      fetch: (_entity, keys, { signal }) => api.lookUp(keys, signal),
      close: () => Promise.resolve(client.close()),
      ...(webhookSecrets ? { receive: receive(webhookSecrets) } : {}),
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
      advice: 'Compare url and token with the settings of the PIM.',
    };
  }
}
