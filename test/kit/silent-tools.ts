import type { ConnectorTools } from '../../src/connectors/contract/index.js';

/** What a connector is lent by a program that says nothing. */
export const silentTools: ConnectorTools = {
  connection: 'shop',
  log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
};
