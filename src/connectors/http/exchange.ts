import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import axios, { AxiosError } from 'axios';
import type { AxiosInstance, AxiosResponse } from 'axios';
import { BadAnswer, Unavailable } from '../contract/errors.js';
import type { JsonValue } from '../../model/json.js';
import { deadline } from './deadline.js';
import { retryAfterMs } from './retry-after.js';
import type { HttpAnswer, HttpRequest } from './types.js';

/** Why no whole answer came. It keeps no header and no body: those may hold secrets. */
export class RequestFailure extends Error {
  constructor(
    message: string,
    /** False: the request certainly never left, so that nothing can have been applied. */
    readonly sent: boolean,
  ) {
    super(message);
    this.name = 'RequestFailure';
  }
}

export interface Wire {
  readonly connection: string;
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent };
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** These happen before the first byte of a request leaves. */
const neverLeft = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EREFUSEDADDRESS']);

/** One request and its answer, or `Unavailable` and `BadAnswer` (see `HttpClient`). */
export async function exchange(
  wire: Wire,
  url: URL,
  request: HttpRequest,
  headers: Readonly<Record<string, string>>,
): Promise<HttpAnswer<JsonValue | Buffer | undefined>> {
  const name = `${wire.connection}: ${request.method} ${url.pathname}`;
  if (request.signal.aborted) throw new Unavailable(`${name} was not begun`, null, { cause: new RequestFailure('stopped', false) });
  const limit = deadline(request.signal, request.timeoutMs ?? wire.timeoutMs);
  try {
    return read(name, request, await client.request<Buffer>(axiosRequest(wire, url, request, headers, limit.signal)));
  } catch (error) {
    throw failure(name, error, limit.timedOut(), wire.maxBytes);
  } finally {
    limit.end();
  }
}

const client: AxiosInstance = axios.create({
  // Redirects are answers like others: where they lead comes from outside.
  maxRedirects: 0,
  proxy: false,
  responseType: 'arraybuffer',
  maxBodyLength: Infinity,
  validateStatus: () => true,
  transformRequest: [(data: unknown) => data],
  transformResponse: [(data: unknown) => data],
});

function axiosRequest(wire: Wire, url: URL, request: HttpRequest, headers: Readonly<Record<string, string>>, signal: AbortSignal) {
  const { body } = request;
  const bare = Buffer.isBuffer(body) || (typeof body === 'string' && request.contentType !== undefined);
  return {
    url: url.href,
    method: request.method,
    params: request.query,
    data: body === undefined ? undefined : bare ? body : JSON.stringify(body),
    headers: {
      accept: request.accept === 'bytes' ? '*/*' : 'application/json',
      ...(body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
      ...headers,
      ...request.headers,
    },
    signal,
    maxContentLength: wire.maxBytes,
    httpAgent: wire.agents.http,
    httpsAgent: wire.agents.https,
  };
}

function read(name: string, request: HttpRequest, response: AxiosResponse<Buffer>): HttpAnswer<JsonValue | Buffer | undefined> {
  const headers: Record<string, string> = {};
  for (const [key, value] of Object.entries(response.headers)) headers[key.toLowerCase()] = String(value);
  return {
    status: response.status,
    headers,
    body: readBody(name, request, response.status, Buffer.from(response.data)),
    retryAfterMs: retryAfterMs(headers['retry-after']),
  };
}

function readBody(name: string, request: HttpRequest, status: number, bytes: Buffer): JsonValue | Buffer | undefined {
  const failed = status >= 400;
  if (request.accept === 'bytes' && !failed) return bytes;
  const text = bytes.toString('utf8');
  if (request.accept === 'text') return text;
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // A proxy's error page is no JSON and needs none: the status says enough. A success must be readable.
    if (failed) return text.slice(0, 2000);
    throw new BadAnswer(`${name} answered ${status} with something that is no JSON: ${text.slice(0, 80).replace(/\s+/g, ' ')}`);
  }
}

function failure(name: string, error: unknown, timedOut: boolean, maxBytes: number): Error {
  if (error instanceof BadAnswer) return error;
  if (!(error instanceof AxiosError)) return error as Error;
  if (timedOut) return new Unavailable(`${name}: no whole answer in time`, null, { cause: new RequestFailure('timeout', true) });
  if (/maxContentLength/.test(error.message)) return new BadAnswer(`${name} answered with more than ${maxBytes} bytes`);
  const code = error.code ?? 'unknown';
  if (code === 'ERR_CANCELED') return new Unavailable(`${name} was stopped`, null, { cause: new RequestFailure('stopped', true) });
  if (code === 'EREFUSEDADDRESS') return new BadAnswer(`${name}: ${error.message}`);
  return new Unavailable(`${name}: ${error.message}`, null, { cause: new RequestFailure(code, !neverLeft.has(code)) });
}
