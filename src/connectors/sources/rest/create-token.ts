import { BadAnswer, Unauthorized, Unavailable } from '../../contract/index.js';
import type { HttpAnswer, HttpClient } from '../../http/index.js';
import type { Auth } from './config.js';
import { at } from './json.js';

/** A token by client credentials. https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
export function createToken(connection: string, client: HttpClient, auth: Extract<Auth, { kind: 'oauth' }>): () => Promise<string> {
  return async () => {
    const answer = await ask(client, auth);
    if ([400, 401, 403].includes(answer.status))
      throw new Unauthorized(`${connection}: the client's credentials are refused; check client id, secret and scope`);
    if (answer.status !== 200) throw new Unavailable(`${connection}: asking for a token answered ${answer.status}`, answer.retryAfterMs);
    const token = at(answer.body, 'access_token');
    if (typeof token !== 'string' || token === '') throw new BadAnswer(`${connection}: asking for a token answered no access_token`);
    return token;
  };
}

function ask(
  client: HttpClient,
  { tokenUrl, clientId, clientSecret, scope, credentials }: Extract<Auth, { kind: 'oauth' }>,
): Promise<HttpAnswer> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) });
  // Form-encoded before they are joined: section 2.3.1.
  const [id, secret] = [encodeURIComponent(clientId), encodeURIComponent(clientSecret)];
  if (credentials === 'body') {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  }
  return client.request({
    method: 'POST',
    path: tokenUrl,
    contentType: 'application/x-www-form-urlencoded',
    body: form.toString(),
    headers: credentials === 'basic' ? { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` } : {},
    // It is everybody's token: no single caller ends the asking.
    signal: new AbortController().signal,
    idempotent: true,
  });
}
