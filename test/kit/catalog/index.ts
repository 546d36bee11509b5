export type * from './catalog.js';
export { multiplyCatalog } from './multiply-catalog.js';
export { readCatalog } from './read-catalog.js';
export { bundledCatalogFolder, realCatalogFolder } from './shared-catalog.js';
export { writeSmallCatalog } from './write-small-catalog.js';
