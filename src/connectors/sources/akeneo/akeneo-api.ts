import { BadAnswer, Misconfigured, Unavailable } from '../../contract/index.js';
import type { JsonObject, JsonValue } from '../../contract/index.js';
import type { HttpAnswer, HttpClient } from '../../http/index.js';
import { isObject } from './json.js';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** What is asked of each property of a record: the `search` parameter. https://api.akeneo.com/documentation/filter.html */
export type Search = Readonly<
  Record<string, readonly { readonly operator: string; readonly value: string | boolean | readonly string[] }[]>
>;

/** A page of a listing. */
export interface Page {
  readonly items: readonly JsonObject[];
  /** Path and query of this page, where Akeneo names it. */
  readonly self: string | null;
  /** Path and query of the next page; null at the end. */
  readonly next: string | null;
  /** How many there are in all, where `with_count` was asked. */
  readonly count: number | null;
  /**
   * A time on the PIM's own clock, epoch milliseconds, at or before which it began to read this page:
   * its Date header, less the time the call took, less the second that the header leaves out.
   */
  readonly readFrom: number;
}

/** Akeneo did not accept a page's position (it expired, or an upgrade changed it): the listing has to begin again. */
export class ExpiredPosition extends Unavailable {}

const api = '/api/rest/v1';

/** Akeneo's REST API: its pages, links and refusals. Reads only. */
export class AkeneoApi {
  constructor(
    private readonly connection: string,
    private readonly client: HttpClient,
    readonly close: () => void,
  ) {}

  /** First page of a listing, e.g. `/products-uuid`. */
  list(path: string, query: Query, signal: AbortSignal): Promise<Page> {
    return this.page(api + path, query, signal, false);
  }

  /** A page by the link that an earlier one gave. Throws `ExpiredPosition` where Akeneo does not know it any more. */
  follow(link: string, signal: AbortSignal): Promise<Page> {
    return this.page(link, undefined, signal, true);
  }

  /** The same; null where Akeneo does not know the position any more. */
  async tryFollow(link: string, signal: AbortSignal): Promise<Page | null> {
    try {
      return await this.follow(link, signal);
    } catch (error) {
      if (error instanceof ExpiredPosition) return null;
      throw error;
    }
  }

  /** All pages of a listing that is no catalogue: attributes, families, channels. */
  async listAll(path: string, signal: AbortSignal): Promise<JsonObject[]> {
    return (await this.listFrom(path, signal)).items;
  }

  /** The same, and the time of the PIM's clock from which on it was read. */
  async listFrom(path: string, signal: AbortSignal): Promise<{ readonly items: JsonObject[]; readonly readFrom: number }> {
    let page = await this.list(path, { limit: 100 }, signal);
    const { readFrom } = page;
    const items = [...page.items];
    while (page.next !== null) {
      page = await this.follow(page.next, signal);
      items.push(...page.items);
    }
    return { items, readFrom };
  }

  /** One object; null where Akeneo says that it does not exist, undefined where nothing is said of it. */
  async one(
    path: string,
    query: Query,
    signal: AbortSignal,
  ): Promise<{ readonly item: JsonObject; readonly readFrom: number } | null | undefined> {
    const { answer, readFrom } = await this.get(api + path, query, signal);
    if (saysMissing(answer)) return null;
    // Not to be seen (403), refused for how it looks (400, 414, 422, 431), or 404 from somebody else.
    if ([400, 403, 404, 414, 422, 431].includes(answer.status)) return undefined;
    if (answer.status !== 200) throw this.refusal(path, answer);
    if (!isObject(answer.body)) throw new BadAnswer(`${this.connection}: ${path} answered no object`);
    return { item: answer.body, readFrom: readFrom() };
  }

  /** A media file; null where Akeneo does not have it. */
  async download(code: string, signal: AbortSignal): Promise<{ readonly bytes: Buffer; readonly mimeType: string } | null> {
    // The code is a path, and Akeneo's route takes its slashes as they are.
    const path = `${api}/media-files/${code.split('/').map(encodeURIComponent).join('/')}/download`;
    const answer = await this.client.request({ method: 'GET', path, accept: 'bytes', signal, idempotent: true });
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw this.refusal(path, { ...answer, body: undefined });
    return { bytes: answer.body, mimeType: answer.headers['content-type'] ?? 'application/octet-stream' };
  }

  private async page(path: string, query: Query | undefined, signal: AbortSignal, followed: boolean): Promise<Page> {
    const { answer, readFrom } = await this.get(path, query, signal);
    if (followed && (answer.status === 422 || answer.status === 400)) throw new ExpiredPosition(messageOf(answer.body));
    if (answer.status !== 200) throw this.refusal(path, answer);
    return this.readPage(path, answer.body, readFrom());
  }

  private readPage(path: string, body: JsonValue | undefined, readFrom: number): Page {
    const items = isObject(body) && isObject(body._embedded) ? body._embedded.items : undefined;
    // An answer of another shape is not an empty listing: that would look like a catalogue without products.
    if (!isObject(body) || !Array.isArray(items)) throw new BadAnswer(`${this.connection}: ${path} answered no page of items`);
    const next = this.link(body, 'next');
    if (next === path) throw new BadAnswer(`${this.connection}: a page leads to itself: ${path}`);
    return {
      items: items.filter(isObject),
      self: this.link(body, 'self'),
      next,
      count: typeof body.items_count === 'number' ? body.items_count : null,
      readFrom,
    };
  }

  /** Links are kept without the host: a PIM behind a proxy may name itself differently from how it is reached. */
  private link(body: JsonObject, name: string): string | null {
    const link = isObject(body._links) && isObject(body._links[name]) ? body._links[name].href : undefined;
    if (typeof link !== 'string') return null;
    if (!URL.canParse(link, 'http://pim')) throw new BadAnswer(`${this.connection}: a ${name} link is no URL`);
    const { pathname, search } = new URL(link, 'http://pim');
    return pathname + search;
  }

  private async get(path: string, query: Query | undefined, signal: AbortSignal): Promise<{ answer: HttpAnswer; readFrom(): number }> {
    const began = performance.now();
    const answer = await this.client.request({ method: 'GET', path, ...(query ? { query } : {}), signal, idempotent: true });
    const took = performance.now() - began;
    return { answer, readFrom: () => this.dateOf(answer) - Math.ceil(took) - 1000 };
  }

  private dateOf(answer: HttpAnswer): number {
    const date = Date.parse(answer.headers.date ?? '');
    if (Number.isNaN(date)) throw new BadAnswer(`${this.connection}: an answer without a Date header: the PIM's clock cannot be told`);
    return date;
  }

  private refusal(path: string, answer: HttpAnswer): Error {
    const said = `${this.connection}: ${path.split('?')[0]} answered ${answer.status}: ${messageOf(answer.body)}`;
    if (answer.status === 408 || answer.status === 429 || answer.status >= 500) return new Unavailable(said, answer.retryAfterMs);
    if (answer.status === 403) return new Misconfigured(`${said} Give the connection's role this right.`);
    if (answer.status === 404) return new Misconfigured(`${said} Is url the address of the PIM?`);
    if (answer.status >= 400) return new Misconfigured(said);
    return new BadAnswer(said);
  }
}

/**
 * Akeneo's own 404 for an object. A proxy's is none, nor a web server's that takes offence at `%2F`, nor
 * that of an address without a route: taken for absence, they would empty a shop.
 */
function saysMissing({ status, body }: HttpAnswer): boolean {
  return status === 404 && isObject(body) && body.code === 404 && !messageOf(body).startsWith('No route found');
}

function messageOf(body: JsonValue | undefined): string {
  return isObject(body) && typeof body.message === 'string' ? body.message : 'without a reason.';
}
