export { couchHarness, type CouchEntity } from './couch-harness.js';
export { startCouch, type Couch, type CouchOptions } from './couch.js';
