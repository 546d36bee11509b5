import { defineSource } from '../../contract/index.js';
import { sqlConfig } from './config.js';
import { concurrency } from './open-server.js';
import { SqlSource } from './sql-source.js';
import { offered } from './strategies/index.js';

/** Tables and queries of a PostgreSQL (14 or newer), a MariaDB (10.4 or newer) or a MySQL (8 or newer). */
export const sql = defineSource({
  id: 'sql',
  title: 'SQL database (PostgreSQL, MariaDB, MySQL)',
  config: sqlConfig,
  entities: [],
  entitiesOf: ({ entities }) => Object.keys(entities),
  strategies: ({ entities }, entity) => {
    const config = entities[entity];
    return config === undefined ? [] : offered(config);
  },
  structured: [],
  limits: { maxKeys: 500, concurrency },
  open: (config, tools) => Promise.resolve(new SqlSource(config, tools)),
});
