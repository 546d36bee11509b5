export { startAkeneo, usualCredentials } from './akeneo.js';
export type { Akeneo, AkeneoOptions } from './akeneo.js';
export type { Edits } from './people.js';
export type { Product } from './state.js';
export { uuidOf } from './state.js';
