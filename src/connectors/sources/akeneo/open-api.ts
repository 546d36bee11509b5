import type { ConnectorTools } from '../../contract/index.js';
import { createHttpClient, renewable } from '../../http/index.js';
import { AkeneoApi } from './akeneo-api.js';
import { createToken } from './create-token.js';
import type { Credentials } from './create-token.js';

/** The two clients of one connection: one that signs in, one that reads with the token of the first. */
export function openApi(config: Credentials & { readonly url: string }, tools: ConnectorTools): AkeneoApi {
  const { connection, watch, gate } = tools;
  // The request that needs the token tries again: tries of tries would be sixteen.
  const signIn = createHttpClient({ connection, baseUrl: config.url, concurrency: 1, timeoutMs: 30_000, retries: 0, watch, gate });
  const client = createHttpClient({
    connection,
    baseUrl: config.url,
    // Akeneo answers 429 to the fifth concurrent call of a connection; signing in happens inside a slot.
    concurrency: 4,
    timeoutMs: 60_000,
    watch,
    gate,
    authorization: renewable(createToken(connection, signIn, config)),
  });
  return new AkeneoApi(connection, client, () => {
    client.close();
    signIn.close();
  });
}
