import { BadAnswer, Misconfigured, Unavailable } from '../../contract/index.js';
import type { JsonObject, JsonValue } from '../../contract/index.js';
import { RequestFailure } from '../../http/index.js';
import type { HttpAnswer, HttpClient } from '../../http/index.js';
import { asList, asObject } from './json.js';
import { refusalOf } from './refused.js';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Shorter rests are the HTTP client's to keep. */
const shortestRestMs = 30_000;
/** A shop that is asked too much, and does not say until when. */
const throttledMs = 1_000;
/** The longest a shop is left alone that asks for it: whoever means a day is asked again. */
const longestRestMs = 3_600_000;

/** Magento's REST interface: paths below `/rest/<store>/V1`, and what its answers mean. */
export class ShopApi {
  /** A shop under maintenance is left alone for as long as it says (monotonic milliseconds). */
  #restUntil = 0;

  constructor(
    private readonly connection: string,
    private readonly client: HttpClient,
  ) {}

  /** Throws `Refused` for what is definitely not there or not allowed, `Unavailable` where no answer can be had. */
  get(store: string, path: string, signal: AbortSignal, query?: Query): Promise<JsonValue | undefined> {
    return this.#ask('GET', store, path, signal, { idempotent: true, ...(query ? { query } : {}) });
  }

  /**
   * Writes. Throws `Refused` where the shop definitely did not do it; `Unavailable` and `BadAnswer` where it
   * may have done it all the same.
   */
  send(method: 'POST' | 'PUT' | 'DELETE', store: string, path: string, body: JsonObject | undefined, signal: AbortSignal) {
    return this.#ask(method, store, path, signal, body === undefined ? {} : { body });
  }

  /** The items of a listing, all pages of it. Stops by the count: old versions repeat the last page for ever. */
  async search(store: string, path: string, criteria: Query, signal: AbortSignal, fields?: string): Promise<JsonObject[]> {
    const found: JsonObject[] = [];
    for (let page = 1; ; page += 1) {
      const paging = { 'searchCriteria[pageSize]': 300, 'searchCriteria[currentPage]': page };
      const query = { ...criteria, ...paging, ...(fields === undefined ? {} : { fields: `items[${fields}],total_count` }) };
      const { items, total_count: total } = asObject(await this.get(store, path, signal, query));
      // An empty list is only believed where it says that there is nothing: what is not found is made anew.
      if (typeof total !== 'number' || (found.length === 0 && total > 0 && asList(items).length === 0))
        throw new BadAnswer(`${this.connection}: GET ${path} answered half a list`);
      found.push(...asList(items));
      if (asList(items).length === 0 || found.length >= total) return found;
    }
  }

  close(): void {
    this.client.close();
  }

  async #ask(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    store: string,
    path: string,
    signal: AbortSignal,
    more: { readonly query?: Query; readonly body?: JsonObject; readonly idempotent?: boolean },
  ): Promise<JsonValue | undefined> {
    const restMs = this.#restUntil - performance.now();
    if (restMs > 0) throw this.#resting(restMs);
    const answer = await this.client.request({ method, path: `/rest/${store}/V1${path}`, signal, ...more });
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    throw this.#problem(method, path, answer, `${method} /rest/${store}/V1${path}`);
  }

  #resting(restMs: number): Unavailable {
    const cause = new RequestFailure('resting', false);
    return new Unavailable(`${this.connection}: the shop asked to be left alone for now`, Math.ceil(restMs), { cause });
  }

  #problem(method: string, path: string, answer: HttpAnswer, request: string): Error {
    const exchange = { request, status: answer.status, ...(answer.body === undefined ? {} : { answer: beginningOf(answer.body) }) };
    const refusal = refusalOf(answer.status, answer.body, exchange);
    return refusal ?? Object.assign(this.#failure(method, path, answer), { exchange });
  }

  #failure(method: string, path: string, { status, retryAfterMs }: HttpAnswer): Error {
    const said = `${this.connection}: ${method} ${path.split('?')[0]} answered ${status}`;
    if (status === 403) return new Misconfigured(`${said}: give the integration access to this resource`);
    if (status < 500 && status !== 408 && status !== 429) return new BadAnswer(`${said}, but not as Magento refuses something`);
    const restMs = Math.min(retryAfterMs ?? 0, longestRestMs);
    if (restMs > shortestRestMs) this.#restUntil = Math.max(this.#restUntil, performance.now() + restMs);
    return new Unavailable(said, retryAfterMs ?? (status === 429 ? throttledMs : null));
  }
}

/** Long enough for whoever writes it down to know a secret in it as a whole, and to cut it. */
function beginningOf(body: JsonValue): string {
  return (typeof body === 'string' ? body : JSON.stringify(body)).slice(0, 8_000);
}

/** Search criteria that must all hold. */
export function where(...filters: readonly { readonly field: string; readonly value: string; readonly condition?: string }[]): Query {
  const query: Record<string, string> = {};
  filters.forEach(({ field, value, condition = 'eq' }, group) => {
    const prefix = `searchCriteria[filter_groups][${group}][filters][0]`;
    query[`${prefix}[field]`] = field;
    query[`${prefix}[value]`] = value;
    query[`${prefix}[condition_type]`] = condition;
  });
  return query;
}

/** Any of these values; `in` separates by commas, so that values which have one go as alternatives of their own. */
export function anyOf(field: string, values: readonly string[]): Query {
  return either([field, values]);
}

/** Any of these values in any of these fields. */
export function either(...wanted: readonly (readonly [field: string, values: readonly string[]])[]): Query {
  const query: Record<string, string> = {};
  const alternatives = wanted.flatMap(([field, values]) => {
    const plain = values.filter((value) => !value.includes(','));
    return [
      ...(plain.length > 0 ? [[field, 'in', plain.join(',')] as const] : []),
      ...values.filter((value) => value.includes(',')).map((value) => [field, 'eq', value] as const),
    ];
  });
  alternatives.forEach(([field, condition, value], index) => {
    const prefix = `searchCriteria[filter_groups][0][filters][${index}]`;
    query[`${prefix}[field]`] = field;
    query[`${prefix}[value]`] = value;
    query[`${prefix}[condition_type]`] = condition;
  });
  return query;
}

/** Lists that each fit into the query of a GET. */
export function inLists<Value>(values: readonly Value[], textOf: (value: Value) => string = String, maxCharacters = 3000): Value[][] {
  const lists: Value[][] = [];
  let room = 0;
  for (const value of values) {
    const length = encodeURIComponent(textOf(value)).length + 6;
    const last = lists.at(-1);
    if (last !== undefined && length <= room && last.length < 100) {
      last.push(value);
      room -= length;
    } else {
      lists.push([value]);
      room = maxCharacters - length;
    }
  }
  return lists;
}
