import type { AkeneoOptions } from './akeneo.js';
import { startAkeneo } from './akeneo.js';

/**
 * Runs the PIM in a process of its own: `fork(serve, [JSON.stringify(options)])`. Sends `{ url, credentials }`
 * once it listens and ends when its parent goes.
 */
async function serve(options: AkeneoOptions): Promise<void> {
  const pim = await startAkeneo(options);
  process.once('disconnect', () => void pim.close());
  process.send?.({ url: pim.url, credentials: pim.credentials });
}

void serve(JSON.parse(process.argv[2] ?? '{}') as AkeneoOptions);
