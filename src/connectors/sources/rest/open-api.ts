import type { ConnectorTools } from '../../contract/index.js';
import { basic, bearer, createHttpClient, fixed, renewable, type Authorization } from '../../http/index.js';
import type { Auth, Config } from './config.js';
import { createToken } from './create-token.js';
import { RestApi } from './rest-api.js';

/** The clients of one connection: one that reads, and one that asks for tokens where there are any. */
export function openApi(config: Config, tools: ConnectorTools): RestApi {
  const { connection, watch, gate } = tools;
  const { authorization, close } = signsWith(config.auth, tools);
  const client = createHttpClient({
    connection,
    watch,
    gate,
    baseUrl: config.url,
    concurrency: config.concurrency,
    timeoutMs: 60_000,
    ...(authorization === null ? {} : { authorization }),
  });
  return new RestApi(connection, config, client, () => {
    client.close();
    close();
  });
}

function signsWith(
  auth: Auth,
  { connection, watch, gate }: ConnectorTools,
): { readonly authorization: Authorization | null; close(): void } {
  const nothing = () => undefined;
  switch (auth.kind) {
    case 'none':
      return { authorization: null, close: nothing };
    case 'basic':
      return { authorization: basic(connection, auth.username, auth.password), close: nothing };
    case 'bearer':
      return { authorization: bearer(connection, auth.token), close: nothing };
    case 'key':
      return { authorization: fixed(connection, 'the key was', { [auth.header.toLowerCase()]: auth.key }), close: nothing };
    case 'oauth': {
      // The request that needs the token tries again: tries of tries would be sixteen.
      const signIn = createHttpClient({ connection, baseUrl: auth.tokenUrl, concurrency: 1, timeoutMs: 30_000, retries: 0, watch, gate });
      return { authorization: renewable(createToken(connection, signIn, auth)), close: () => signIn.close() };
    }
  }
}
