export { assetHarness, openPimcore, pimcoreConfig, pimcoreHarness } from './pimcore-harness.js';
