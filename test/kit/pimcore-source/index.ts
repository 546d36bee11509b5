export { openPimcore, pimcoreConfig, pimcoreHarness } from './pimcore-harness.js';
