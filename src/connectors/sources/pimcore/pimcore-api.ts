import { randomUUID } from 'node:crypto';
import { BadAnswer, Misconfigured, Unauthorized, Unavailable } from '../../contract/index.js';
import type { JsonObject, JsonValue } from '../../contract/index.js';
import type { HttpAnswer, HttpClient } from '../../http/index.js';
import { type GraphqlError, readErrors, refusalOf } from './graphql-error.js';
import { isObject } from './json.js';

export interface GraphqlAnswer {
  readonly data: JsonObject;
  readonly errors: readonly GraphqlError[];
  /**
   * A time on the PIM's own clock, epoch milliseconds, at or before which it began to work: its Date
   * header, less the time the call took, less the second that the header leaves out.
   */
  readonly readFrom: number;
}

/** The GraphQL endpoint of one Data Hub configuration. Reads only. */
export class PimcoreApi {
  constructor(
    readonly connection: string,
    private readonly url: string,
    /** Taken out of messages. */
    private readonly apiKey: string,
    private readonly client: HttpClient,
  ) {}

  /** Asks; throws where there is no `data` at all. Errors beside data are the caller's to judge. */
  async ask(query: string, variables: JsonObject, signal: AbortSignal): Promise<GraphqlAnswer> {
    const began = performance.now();
    const answer = await this.client.request({
      method: 'POST',
      path: this.url,
      // The output cache, where it is on, answers for 30 seconds by a hash over the whole body (OutputCacheService): no two are alike.
      body: { query, variables, extensions: { pim2shop: randomUUID() } },
      signal,
      idempotent: true,
    });
    const took = performance.now() - began;
    if (answer.status !== 200) throw this.#refusal(answer);
    const { data, errors } = isObject(answer.body) ? answer.body : {};
    const said = this.#withoutKey(readErrors(errors));
    if (!isObject(data)) throw said.length > 0 ? refusalOf(this.connection, said) : this.badAnswer('neither data nor errors');
    return { data, errors: said, readFrom: this.#dateOf(answer) - Math.ceil(took) - 1000 };
  }

  badAnswer(what: string): BadAnswer {
    return new BadAnswer(`${this.connection}: Data Hub answered ${what}`);
  }

  refusal(errors: readonly GraphqlError[]): Error {
    return refusalOf(this.connection, errors);
  }

  close(): void {
    this.client.close();
  }

  /** Messages are passed on: none may carry the key. */
  #withoutKey(errors: readonly GraphqlError[]): GraphqlError[] {
    return errors.map(({ message, path }) => ({ message: message.replaceAll(this.apiKey, '…'), path }));
  }

  #dateOf({ headers }: HttpAnswer): number {
    const date = Date.parse(headers.date ?? '');
    if (Number.isNaN(date)) throw this.badAnswer("without a Date header: the PIM's clock cannot be told");
    return date;
  }

  /** Refusals are Symfony's pages, in HTML; a page of the debug mode shows the request's headers, so nothing of it is passed on. */
  #refusal({ status, retryAfterMs }: HttpAnswer<JsonValue | undefined>): Error {
    const said = `${this.connection}: Data Hub answered ${status}`;
    if (status === 408 || status === 429 || status >= 500) return new Unavailable(said, retryAfterMs);
    if (status === 403) return new Unauthorized(`${said}: the API key is refused`);
    if (status === 404) return new Misconfigured(`${said}: is url the endpoint of an active configuration?`);
    if (status >= 400) return new Misconfigured(said);
    return new BadAnswer(said);
  }
}
