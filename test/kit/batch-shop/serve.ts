import type { BatchShopOptions } from './batch-shop.js';
import { startBatchShop } from './batch-shop.js';

/**
 * Runs the shop in a process of its own: `fork(serve, [JSON.stringify(options)])`. Sends `{ url }` once
 * it listens and ends when its parent goes.
 */
async function serve(options: BatchShopOptions): Promise<void> {
  const shop = await startBatchShop(options);
  process.once('disconnect', () => void shop.close());
  process.send?.({ url: shop.url });
}

void serve(JSON.parse(process.argv[2] ?? '{}') as BatchShopOptions);
