import { z } from 'zod';
import { BadAnswer, Misconfigured, Unavailable, type Fetched, type SourceRecord } from '../../src/connectors/contract/index.js';
import type { HttpAnswer, HttpClient } from '../../src/connectors/http/index.js';

const Article = z.object({
  id: z.string(),
  changed: z.iso.datetime(),
  number: z.string(),
  title: z.string(),
  price: z.number().nullable(),
  related: z.array(z.string()),
});
const Page = z
  .object({ articles: z.array(Article), more: z.boolean(), total: z.number() })
  // Where would the next page begin? Taken as the end, such an answer would lose everything behind it.
  .refine(({ articles, more }) => !more || articles.length > 0, 'an empty page that is not the last one');
const Found = z.object({ articles: z.array(Article), missing: z.array(z.string()) });

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
    return { records: articles.map((article) => asRecord(article, clock)), more, total, clock };
  }

  /** The newest state of these articles. Only what the PIM itself names as missing is absent. */
  async lookUp(ids: readonly string[], signal: AbortSignal): Promise<Fetched> {
    const body = { ids: [...ids] };
    const answer = await this.client.request({ method: 'POST', path: '/articles/lookup', body, signal, idempotent: true });
    if (answer.status !== 200) throw this.#problem(answer);
    const clock = this.#clock(answer);
    const { articles, missing } = this.#parsed(Found, answer);
    return { records: articles.map((article) => asRecord(article, clock)), absent: missing };
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

/** Two edits in the PIM's last second may carry one time: until it is over, seeing that time again is news. */
function asRecord({ id, changed, ...fields }: z.infer<typeof Article>, clock: number): SourceRecord {
  const order = Date.parse(changed);
  return { key: id, version: { id: changed, order, closed: clock - order >= 2_000 }, fields: { id, ...fields }, values: {} };
}
