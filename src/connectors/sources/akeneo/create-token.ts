import { BadAnswer, Unauthorized, Unavailable } from '../../contract/index.js';
import type { JsonObject, JsonValue } from '../../contract/index.js';
import type { HttpAnswer, HttpClient } from '../../http/index.js';
import { isObject } from './json.js';

export interface Credentials {
  readonly clientId: string;
  readonly secret: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Signs in with the password, and afterwards with the refresh token of the last answer; a refresh token
 * that is refused (14 days old, or the PIM forgot it) means the password again.
 * https://api.akeneo.com/documentation/authentication.html
 */
export function createToken(connection: string, client: HttpClient, credentials: Credentials): () => Promise<string> {
  let refreshToken: string | null = null;
  const basic = Buffer.from(`${credentials.clientId}:${credentials.secret}`).toString('base64');
  const ask = (body: JsonObject): Promise<HttpAnswer> =>
    client.request({
      method: 'POST',
      path: '/api/oauth/v1/token',
      headers: { authorization: `Basic ${basic}` },
      body,
      signal: new AbortController().signal,
      // A token more harms nobody.
      idempotent: true,
    });
  const byPassword = () => ask({ grant_type: 'password', username: credentials.username, password: credentials.password });

  return async () => {
    let answer = refreshToken === null ? await byPassword() : await ask({ grant_type: 'refresh_token', refresh_token: refreshToken });
    if (refreshToken !== null && isRefusal(answer.status)) answer = await byPassword();
    if (isRefusal(answer.status)) throw new Unauthorized(`${connection}: Akeneo refuses the credentials: ${messageOf(answer.body)}`);
    if (answer.status !== 200) throw new Unavailable(`${connection}: signing in answered ${answer.status}`, answer.retryAfterMs);
    const { access_token: token, refresh_token: refresh } = isObject(answer.body) ? answer.body : {};
    if (typeof token !== 'string' || token === '') throw new BadAnswer(`${connection}: signing in answered no access_token`);
    refreshToken = typeof refresh === 'string' ? refresh : null;
    return token;
  };
}

function isRefusal(status: number): boolean {
  return status === 400 || status === 401 || status === 403 || status === 422;
}

function messageOf(body: JsonValue | undefined): string {
  const message = isObject(body) ? body.message : undefined;
  return typeof message === 'string' ? message : 'without a reason';
}
