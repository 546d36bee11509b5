import { randomBytes } from 'node:crypto';
import type { StandInAnswer, StandInRequest } from '../stand-in/index.js';

export interface Credentials {
  readonly clientId: string;
  readonly secret: string;
  readonly username: string;
  readonly password: string;
}

/** Signing in: https://api.akeneo.com/documentation/authentication.html */
export class Tokens {
  #access = new Map<string, number>();
  #refresh = new Set<string>();
  /** How often a token was handed out, by grant. */
  readonly granted = { password: 0, refresh_token: 0 };

  constructor(
    private readonly credentials: Credentials,
    private readonly seconds: number,
  ) {}

  /** As when a token's hour is over. */
  expire(): void {
    for (const token of this.#access.keys()) this.#access.set(token, 0);
  }

  /** As when a PIM was reinstalled: refresh tokens are forgotten too. */
  revoke(): void {
    this.#access.clear();
    this.#refresh.clear();
  }

  /** Null where the caller may come in, else why not. https://api.akeneo.com/documentation/responses.html#401-error */
  refusal({ headers }: StandInRequest): StandInAnswer | null {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (token === undefined) return unauthorized('Authentication is required');
    const until = this.#access.get(token);
    if (until === undefined) return unauthorized('The access token provided is invalid.');
    return until > Date.now() ? null : unauthorized('The access token provided has expired.');
  }

  grant(request: StandInRequest): StandInAnswer {
    const { clientId, secret, username, password } = this.credentials;
    const basic = `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
    if (request.headers.authorization !== basic)
      return refusal('Parameter "client_id" is missing or does not match any client, or secret is invalid');
    const asked = fieldsOf(request);
    if (asked.grant_type === 'password') {
      if (asked.username !== username || asked.password !== password) return refusal('No user found for the given username and password');
      return this.#issue('password');
    }
    if (asked.grant_type !== 'refresh_token') return refusal('Parameter "grant_type" is missing, empty or invalid');
    const refresh = String(asked.refresh_token);
    if (!this.#refresh.delete(refresh)) return refusal('Refresh token is invalid or has expired');
    return this.#issue('refresh_token');
  }

  #issue(grant: keyof Tokens['granted']): StandInAnswer {
    this.granted[grant] += 1;
    const access = randomBytes(20).toString('hex');
    const refresh = randomBytes(20).toString('hex');
    this.#access.set(access, Date.now() + this.seconds * 1000);
    this.#refresh.add(refresh);
    return {
      status: 200,
      body: { access_token: access, expires_in: this.seconds, token_type: 'bearer', scope: null, refresh_token: refresh },
    };
  }
}

/** JSON or a form: both are taken. */
function fieldsOf({ headers, body, rawBody }: Pick<StandInRequest, 'headers' | 'body' | 'rawBody'>): Readonly<Record<string, unknown>> {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  return isForm ? Object.fromEntries(new URLSearchParams(rawBody.toString('utf8'))) : ((body ?? {}) as Record<string, unknown>);
}

function unauthorized(message: string): StandInAnswer {
  return { status: 401, body: { code: 401, message } };
}

function refusal(message: string): StandInAnswer {
  return { status: 422, body: { code: 422, message } };
}
