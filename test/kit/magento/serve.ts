import type { MagentoOptions } from './magento.js';
import { startMagento } from './magento.js';

/**
 * Runs the shop in a process of its own: `fork(serve, [JSON.stringify(options)])`. Sends `{ url, token }`
 * once it listens and ends when its parent goes.
 */
async function serve(options: MagentoOptions): Promise<void> {
  const shop = await startMagento(options);
  process.once('disconnect', () => void shop.close());
  process.send?.({ url: shop.url, token: shop.token });
}

void serve(JSON.parse(process.argv[2] ?? '{}') as MagentoOptions);
