export { akeneoHarness } from './akeneo-harness.js';
export type { AkeneoEntity } from './akeneo-harness.js';
export { categories, productModels, products } from './akeneo-records.js';
