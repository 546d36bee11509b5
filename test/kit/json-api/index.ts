export { directus } from './directus.js';
export { jsonapi } from './jsonapi.js';
export { openpim } from './openpim.js';
export { strapi } from './strapi.js';
export { startJsonApi, type Dialect, type JsonApi } from './json-api.js';
export { restHarness, type RestCase } from './rest-harness.js';
export { Store, type Row } from './store.js';
