export { startMagento } from './magento.js';
export type { Magento, MagentoOptions } from './magento.js';
export type { CategoryState, MediaState, ProductState, ShopState } from './state.js';
export { Contract } from './contract.js';
export type { Violation } from './contract.js';
