import { BadAnswer, Misconfigured, Unauthorized, Unavailable } from '../../contract/index.js';
import type { JsonValue } from '../../contract/index.js';
import type { HttpAnswer, HttpClient } from '../../http/index.js';
import type { Config, Request } from './config.js';
import { at } from './json.js';
import { fillBody, fillPath, fillQuery, type Values } from './template.js';

export interface Answer {
  readonly body: JsonValue;
  readonly headers: Readonly<Record<string, string>>;
  /** A time on the API's own clock, epoch milliseconds, before it began to answer. */
  readonly readFrom: number;
}

/** The API: requests made of templates, and what its refusals mean. Reads only. */
export class RestApi {
  constructor(
    readonly connection: string,
    private readonly config: Pick<Config, 'url' | 'headers' | 'failure'>,
    private readonly client: HttpClient,
    readonly close: () => void,
  ) {}

  /** An answer; the status where it is one of `accepted` instead. */
  async ask(request: Request, values: Values, signal: AbortSignal, accepted: readonly number[] = []): Promise<Answer | HttpAnswer> {
    const body = request.body === undefined || request.method === 'GET' ? undefined : fillBody(request.body, values);
    return this.#send(fillPath(request.path, values), { ...request, query: fillQuery(request.query, values), body }, signal, accepted);
  }

  /** The page behind a link that an answer gave; it may lead to this connection's own host and to no other. */
  async follow(request: Request, link: string, signal: AbortSignal, accepted: readonly number[]): Promise<Answer | HttpAnswer> {
    const base = new URL(request.path.slice(1), this.config.url.endsWith('/') ? this.config.url : `${this.config.url}/`);
    if (!URL.canParse(link, base.href)) throw new BadAnswer(`${this.connection}: a link to the next page is no URL`);
    return this.#send(new URL(link, base).href, { method: 'GET', query: {}, body: undefined }, signal, accepted);
  }

  async #send(
    path: string,
    { method, query, body }: { method: 'GET' | 'POST'; query: Readonly<Record<string, string>>; body: JsonValue | undefined },
    signal: AbortSignal,
    accepted: readonly number[],
  ): Promise<Answer | HttpAnswer> {
    const began = performance.now();
    const { headers } = this.config;
    const answer = await this.client.request({
      method,
      path,
      query,
      headers,
      signal,
      idempotent: true,
      ...(body === undefined ? {} : { body }),
    });
    const took = performance.now() - began;
    if (accepted.includes(answer.status)) return answer;
    if (answer.status !== 200) throw this.#problem(answer);
    if (answer.body === undefined) throw new BadAnswer(`${this.connection}: an empty answer`);
    const failed = this.config.failure === undefined ? undefined : at(answer.body, this.config.failure);
    if (failed !== undefined && failed !== null && !(Array.isArray(failed) && failed.length === 0))
      throw new BadAnswer(`${this.connection}: an answer says that it failed: ${JSON.stringify(failed).slice(0, 300)}`);
    const date = Date.parse(answer.headers.date ?? '');
    if (Number.isNaN(date)) throw new BadAnswer(`${this.connection}: an answer without a Date header: the API's clock cannot be told`);
    // The header leaves out the milliseconds.
    return { body: answer.body, headers: answer.headers, readFrom: date - Math.ceil(took) - 1000 };
  }

  #problem({ status, retryAfterMs }: HttpAnswer): Error {
    const said = `${this.connection}: the API answered ${status}`;
    if (status === 408 || status === 429 || status >= 500) return new Unavailable(said, retryAfterMs);
    if (status === 401) return new Unauthorized(said);
    return status >= 400
      ? new Misconfigured(`${said}; compare the requests of the connection with its documentation`)
      : new BadAnswer(said);
  }
}

export function isAnswer(answer: Answer | HttpAnswer): answer is Answer {
  return 'readFrom' in answer;
}
