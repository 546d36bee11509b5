import { z } from 'zod';
import { defineTarget, type CheckResult } from '../../src/connectors/contract/index.js';
import { bearer, createHttpClient, type HttpClient } from '../../src/connectors/http/index.js';
import { writeItem } from './write-item.js';

/** An invented shop over REST, one product a request: `PUT` and `DELETE /products/{id}`, merged into what stands there. */
export const shelf = defineTarget({
  id: 'shelf',
  title: 'Shelf (example)',
  config: z.strictObject({
    url: z.url({ protocol: /^https?$/ }).describe('address of the shop'),
    token: z.string().min(1).meta({ secret: true }).describe('access token of the shop'),
  }),
  resources: ['product'],
  limits: { maxItems: 50, maxBytes: 1_000_000, concurrency: 2 },
  open({ url, token }, { connection }) {
    const client = createHttpClient({ connection, baseUrl: url, authorization: bearer(connection, token), concurrency: 4 });
    return Promise.resolve({
      check: (signal) => check(client, signal),
      write: (items, call) => Promise.all(items.map((item) => writeItem(client, item, call))),
      close: () => Promise.resolve(client.close()),
    });
  },
});

/** Imitates normal work: asks with the token for something only a shop has. */
async function check(client: HttpClient, signal: AbortSignal): Promise<CheckResult> {
  const advice = 'Compare url and token with the settings of the shop.';
  try {
    const { status } = await client.request({ method: 'GET', path: '/products', signal, idempotent: true });
    return status === 200 ? { ok: true, detail: 'products can be read' } : { ok: false, problem: `the shop answered ${status}`, advice };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error), advice };
  }
}
