export { startPimcore } from './pimcore.js';
export type { Pimcore, PimcoreOptions } from './pimcore.js';
export type { NewObject } from './people.js';
export type { PimAsset, PimObject } from './state.js';
