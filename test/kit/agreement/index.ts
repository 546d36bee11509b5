export { compareShops } from './differences.js';
export type { Agreement } from './differences.js';
export { expectedShop } from './expected-shop.js';
export type { PimRow, PimState } from './pim-state.js';
export { readCsv } from './read-csv.js';
export { readPim } from './read-pim.js';
export type { PimAccess } from './read-pim.js';
export { readShop } from './read-shop.js';
export type { ShopProduct, ShopState } from './shop-state.js';
