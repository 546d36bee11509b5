import type { JsonValue } from '../../model/json.js';
import type { RequestGate, RequestWatch } from '../contract/tools.js';

/** How a connection signs its requests. */
export interface Authorization {
  /** Headers for the next request; obtains a token if there is none (one flight for all who ask at once). */
  headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** The server refused `used`: get a new one, once for all who were refused. Rejects with `Unauthorized` where that is impossible. */
  renew(used: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void>;
}

export interface HttpClientOptions {
  readonly connection: string;
  readonly baseUrl: string;
  readonly authorization?: Authorization;
  /** Requests in flight at once. */
  readonly concurrency: number;
  /** From the start of a request to its last byte, milliseconds. */
  readonly timeoutMs?: number;
  /** Answers beyond this are cut off and count as `BadAnswer`. */
  readonly maxBytes?: number;
  /** Hosts besides the base URL's own that links found in data may lead to. */
  readonly allowedHosts?: readonly string[];
  /** How often a request marked `idempotent` is tried again after 408, 429, 5xx or a broken connection. */
  readonly retries?: number;
  /** Told of each request that is over, each try of one. */
  readonly watch?: RequestWatch | undefined;
  /** Asked before each request, each try of one: it counts those of other processes too. */
  readonly gate?: RequestGate | undefined;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the base URL, or an absolute URL from data, which the address guard checks. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** JSON, unless `contentType` says otherwise and it is a string or Buffer. */
  readonly body?: JsonValue | Buffer;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly accept?: 'json' | 'text' | 'bytes';
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** May be sent again without harm: the client then retries by itself. */
  readonly idempotent?: boolean;
}

/** Any status; the connector judges it. `body` is parsed JSON for `json` (undefined where the body is empty). */
export interface HttpAnswer<Body = JsonValue | undefined> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
  /** Parsed Retry-After in milliseconds (seconds or HTTP date), null if absent. */
  readonly retryAfterMs: number | null;
}

/**
 * Throws `Unavailable` when nothing or only part of an answer came (`sent: false` in its cause tells a
 * request that never left), `BadAnswer` when an answer is too large or not what its content type says,
 * `Unauthorized` when a renewed token is refused too. Every status but 401 is handed back.
 */
export interface HttpClient {
  request(request: HttpRequest & { readonly accept: 'bytes' }): Promise<HttpAnswer<Buffer>>;
  request(request: HttpRequest & { readonly accept: 'text' }): Promise<HttpAnswer<string>>;
  request(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}
