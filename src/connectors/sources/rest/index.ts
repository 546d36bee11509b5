import { defineSource } from '../../contract/index.js';
import { Config } from './config.js';
import { openApi } from './open-api.js';
import { RestSource } from './rest-source.js';

/** Any API that lists JSON records, described by configuration. */
export const rest = defineSource({
  id: 'rest',
  title: 'REST API',
  config: Config,
  entities: [],
  entitiesOf: ({ entities }) => Object.keys(entities),
  structured: [],
  limits: { maxKeys: 100, concurrency: 4 },
  gated: true,
  open: (config, tools) => Promise.resolve(new RestSource(openApi(config, tools), config.entities, tools)),
});
