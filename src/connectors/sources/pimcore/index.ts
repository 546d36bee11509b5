import { defineSource } from '../../contract/index.js';
import { assetEntity } from './asset-listing.js';
import { configSchema } from './config.js';
import { concurrency, PimcoreSource } from './pimcore-source.js';
import { pageSize } from './read-page.js';

/**
 * Pimcore 10, 11 and 12 over Data Hub's GraphQL. Vendor's rules are from the source of pimcore/data-hub 1.8, which
 * comments name by file, and https://docs.pimcore.com/platform/Datahub/
 */
export const pimcore = defineSource({
  id: 'pimcore',
  title: 'Pimcore',
  config: configSchema,
  entities: [assetEntity],
  entitiesOf: (config) => Object.keys(config.entities),
  // What an entity's values are stands in the configuration, not in Pimcore.
  structured: [],
  limits: { maxKeys: pageSize, concurrency },
  gated: true,
  open: (config, tools) => Promise.resolve(new PimcoreSource(config, tools)),
});
