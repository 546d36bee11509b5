import { z } from 'zod';
import {
  BadAnswer,
  Misconfigured,
  Unavailable,
  type Fetched,
  type JsonValue,
  type SourceRecord,
} from '../../src/connectors/contract/index.js';
import type { HttpAnswer, HttpClient } from '../../src/connectors/http/index.js';

/** What an answer is held to. The articles in it are not: one that somebody broke must not stop all the others. */
const Articles = z.array(z.custom<JsonValue>());
const Page = z.object({ articles: Articles, more: z.boolean(), total: z.number() });
const Found = z.object({ articles: Articles, missing: z.array(z.string()) });

export interface ArticlePage {
  readonly records: readonly SourceRecord[];
  readonly more: boolean;
  readonly total: number;
  /** The PIM's clock when it answered, epoch milliseconds, whole seconds. */
  readonly clock: number;
}

/** The PIM's interface: what it is asked, and what its answers mean. */
export class ArticlesApi {
  constructor(
    private readonly connection: string,
    private readonly client: HttpClient,
  ) {}

  async list(query: Readonly<Record<string, string | number | undefined>>, signal: AbortSignal): Promise<ArticlePage> {
    const answer = await this.client.request({ method: 'GET', path: '/articles', query, signal, idempotent: true });
    if (answer.status !== 200) throw this.#problem(answer);
    const clock = this.#clock(answer);
    const { articles, more, total } = this.#parsed(Page, answer);
    const records = articles.flatMap((article) => asRecord(article, clock));
    // Where would the next page begin? Taken as the end, such an answer would lose everything behind it.
    if (more && records.length === 0) throw new BadAnswer(`${this.connection}: a page without articles that is not the last one`);
    return { records, more, total, clock };
  }

  /** The newest state of these articles. Only what the PIM itself names as missing is absent. */
  async lookUp(ids: readonly string[], signal: AbortSignal): Promise<Fetched> {
    const body = { ids: [...ids] };
    const answer = await this.client.request({ method: 'POST', path: '/articles/lookup', body, signal, idempotent: true });
    if (answer.status !== 200) throw this.#problem(answer);
    const clock = this.#clock(answer);
    const { articles, missing } = this.#parsed(Found, answer);
    return { records: articles.flatMap((article) => asRecord(article, clock)), absent: missing };
  }

  #clock({ headers }: HttpAnswer): number {
    const clock = Date.parse(headers.date ?? '');
    if (Number.isNaN(clock)) throw new BadAnswer(`${this.connection}: an answer without a Date: changes cannot be told apart by time`);
    return clock;
  }

  #parsed<Shape>(shape: z.ZodType<Shape>, { body }: HttpAnswer): Shape {
    const read = shape.safeParse(body);
    if (read.success) return read.data;
    throw new BadAnswer(`${this.connection}: an answer of another shape: ${z.prettifyError(read.error)}`);
  }

  /** The class decides what happens next: Unavailable is waited for, Misconfigured is for a person. */
  #problem({ status, retryAfterMs }: HttpAnswer): Error {
    const message = `${this.connection}: the PIM answered ${status}`;
    return status === 429 || status >= 500 ? new Unavailable(message, retryAfterMs) : new Misconfigured(message);
  }
}

/**
 * Whatever stands in its fields is the mapping's to judge; only what has no id is no record. Two edits in the PIM's last
 * second may carry one time: until it is over, seeing that time again is news.
 */
function asRecord(article: JsonValue, clock: number): SourceRecord[] {
  if (article === null || typeof article !== 'object' || Array.isArray(article)) return [];
  const { id, changed } = article;
  if (typeof id !== 'string' || id === '') return [];
  const order = typeof changed === 'string' ? Date.parse(changed) : NaN;
  const version = Number.isNaN(order) ? null : { id: String(changed), order, closed: clock - order >= 2_000 };
  return [{ key: id, version, fields: article, values: {} }];
}
