export { startMagento } from './magento.js';
export type { Magento, MagentoOptions } from './magento.js';
export type { CategoryState, MediaState, ProductState, ShopState } from './state.js';
