import { startJsonApi } from './json-api.js';
import { strapi } from './strapi.js';

/** A Strapi with so many entries in a process of its own. Sends `{ url }` once it listens and ends when its parent goes. */
async function serve({ count, textBytes }: { readonly count: number; readonly textBytes: number }): Promise<void> {
  const api = await startJsonApi(strapi, { pageSize: 1000, secret: 'a-token', remember: false });
  for (let number = 0; number < count; number += 1) api.store.put(`d${String(number).padStart(8, '0')}`, 'x'.repeat(textBytes));
  process.once('disconnect', () => void api.close());
  process.send?.({ url: api.url });
}

void serve(JSON.parse(process.argv[2] ?? '{}') as Parameters<typeof serve>[0]);
