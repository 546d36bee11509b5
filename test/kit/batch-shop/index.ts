export { startBatchShop } from './batch-shop.js';
export type { BatchShop, BatchShopOptions } from './batch-shop.js';
export type { Behaviour, ItemData, ItemResult, StoredItem } from './item.js';
export { batchShop } from './target.js';
