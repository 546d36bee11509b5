import type { ConnectorTools } from '../../contract/index.js';
import { basic, bearer, createHttpClient, type Authorization } from '../../http/index.js';
import { CouchApi } from './couch-api.js';

export interface Access {
  readonly url: string;
  readonly database: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}

/** The clients of one connection: one that reads, and one that waits, so that who waits takes no reader's place. */
export function openApi(access: Access, { connection, watch, gate }: ConnectorTools): CouchApi {
  const authorization = signsWith(access, connection);
  const shared = { connection, watch, baseUrl: access.url, ...(authorization ? { authorization } : {}) };
  const reading = createHttpClient({ ...shared, gate, concurrency: 4, timeoutMs: 60_000 });
  // The server holds it until something happens: none of what a limit is to hold back.
  const waiting = createHttpClient({ ...shared, concurrency: 100 });
  return new CouchApi(connection, access.database, reading, waiting);
}

function signsWith({ username, password, token }: Access, connection: string): Authorization | null {
  if (token !== undefined) return bearer(connection, token);
  return username === undefined || password === undefined ? null : basic(connection, username, password);
}
