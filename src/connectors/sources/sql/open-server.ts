import { readAddress } from './address.js';
import type { SqlConfig } from './config.js';
import { MariadbServer } from './mariadb/mariadb-server.js';
import { PostgresServer } from './postgres/postgres-server.js';
import type { SqlServer } from './server.js';

/** Connections that one process holds to a database at most. */
export const concurrency = 4;

/** Asks nothing yet: the first statement opens the first connection. */
export function openServer(config: SqlConfig, url: string, access: 'read' | 'write', connection: string): SqlServer {
  const address = readAddress(url, config.tls);
  const options = {
    connection,
    readOnly: access === 'read',
    timeoutMs: Math.ceil(config.statementTimeout * 1_000),
    concurrency: access === 'read' ? concurrency : 1,
  };
  return address.family === 'postgres' ? new PostgresServer(address, options) : new MariadbServer(address, options);
}
