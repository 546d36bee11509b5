export { openProducts } from './open-products.js';
export { Supplier } from './supplier.js';
