import { z } from 'zod';
import { BadAnswer, Misconfigured, Unauthorized, Unavailable } from '../../contract/index.js';
import type { JsonValue } from '../../contract/index.js';
import { RequestFailure, type HttpAnswer, type HttpClient, type HttpRequest } from '../../http/index.js';
import { Changes, Documents, Info, type Sequence } from './answers.js';
import { isObject } from './json.js';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ChangesAnswer {
  readonly rows: readonly JsonValue[];
  readonly last: Sequence;
  /** Nothing more has happened for now. */
  readonly end: boolean;
}

/** The beginning of every feed. */
export const beginning = 0;

/** How long the server is given beyond what it was asked to wait, milliseconds. */
const graceMs = 5_000;

/** CouchDB's HTTP interface to one database. Reads only. */
export class CouchApi {
  readonly #path: string;

  constructor(
    readonly connection: string,
    database: string,
    private readonly reading: HttpClient,
    private readonly waiting: HttpClient,
  ) {
    this.#path = `/${encodeURIComponent(database)}`;
  }

  /** What the database is. `readFrom`: a time on the server's clock, epoch milliseconds, before it was asked. */
  async info(signal: AbortSignal) {
    const began = performance.now();
    const answer = await this.#get('', {}, signal);
    const took = performance.now() - began;
    const info = this.#parsed(Info, answer);
    const date = Date.parse(answer.headers.date ?? '');
    if (Number.isNaN(date)) throw new BadAnswer(`${this.connection}: an answer without a Date header: the server's clock cannot be told`);
    return {
      sequence: info.update_seq,
      // CouchDB 2 writes "0" for "not known".
      identity: info.uuid ?? (info.instance_start_time === '0' ? null : (info.instance_start_time ?? null)),
      documents: info.doc_count,
      // The header leaves out the milliseconds.
      readFrom: date - Math.ceil(took) - 1000,
    };
  }

  /** Of the server; null where it does not tell (a proxy lets through the database alone). */
  async version(signal: AbortSignal): Promise<string | null> {
    const { status, body } = await this.reading.request({ method: 'GET', path: '/', signal, idempotent: true });
    return status === 200 && isObject(body) && typeof body.version === 'string' ? body.version : null;
  }

  /** A page of the feed; null where the server does not accept the sequence (any more). */
  async changes(since: Sequence | 'now', limit: number, signal: AbortSignal): Promise<ChangesAnswer | null> {
    const query = { since, limit, include_docs: true, conflicts: true };
    const answer = await this.#ask('/_changes', query, signal);
    if (answer.status !== 200 && since !== beginning && since !== 'now' && (await this.#refuses(since, answer, signal))) return null;
    if (answer.status !== 200) throw this.#problem(answer);
    const { results, last_seq: last, pending } = this.#parsed(Changes, answer);
    const end = pending === undefined ? results.length < limit : pending === 0;
    // What lies behind such a page could never be reached.
    if (!end && (last === since || results.length === 0))
      throw new BadAnswer(`${this.connection}: a page of changes that leads nowhere, and is not the last one`);
    return { rows: results, last, end };
  }

  /** Waits for something to happen after `since`; false: nothing did, for as long as was asked. */
  async somethingCame(since: Sequence, waitMs: number, signal: AbortSignal): Promise<boolean> {
    const query = { since, limit: 1, feed: 'longpoll', timeout: waitMs };
    // Empty lines that keep the connection open are white space to a JSON parser.
    const request: HttpRequest = { method: 'GET', path: `${this.#path}/_changes`, query, signal, timeoutMs: waitMs + graceMs };
    try {
      const answer = await this.waiting.request(request);
      if (answer.status !== 200) throw this.#problem(answer);
      return this.#parsed(Changes, answer).results.length > 0;
    } catch (error) {
      // PouchDB Server knows no timeout and waits for ever: then it is ours that ends, and nothing came.
      if (error instanceof Unavailable && error.cause instanceof RequestFailure && error.cause.message === 'timeout') return false;
      throw error;
    }
  }

  /** Documents by `_id`, from one on. */
  async range(from: string | null, limit: number, withDocuments: boolean, signal: AbortSignal): Promise<readonly JsonValue[]> {
    const startkey = from === null ? undefined : JSON.stringify(from);
    const query = { limit, startkey, ...(withDocuments ? { include_docs: true, conflicts: true } : {}) };
    return this.#parsed(Documents, await this.#get('/_all_docs', query, signal)).rows;
  }

  /** A row for each of these keys, also for those that do not exist. */
  async lookUp(keys: readonly string[], signal: AbortSignal): Promise<readonly JsonValue[]> {
    const query = { include_docs: true, conflicts: true };
    const path = `${this.#path}/_all_docs`;
    const answer = await this.reading.request({ method: 'POST', path, query, body: { keys: [...keys] }, signal, idempotent: true });
    if (answer.status !== 200) throw this.#problem(answer);
    return this.#parsed(Documents, answer).rows;
  }

  close(): void {
    this.reading.close();
    this.waiting.close();
  }

  /**
   * Whether it is the sequence that is refused: with 400, or with a 500 that comes again while the feed answers for the
   * present time (CouchDB fails so on a sequence that another cluster wrote).
   */
  async #refuses(since: Sequence, { status, body }: HttpAnswer, signal: AbortSignal): Promise<boolean> {
    if (status === 400) return isObject(body) && typeof body.error === 'string';
    if (status !== 500 || (await this.#ask('/_changes', { since: 'now', limit: 1 }, signal)).status !== 200) return false;
    return (await this.#ask('/_changes', { since, limit: 1 }, signal)).status === 500;
  }

  async #get(path: string, query: Query, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.#ask(path, query, signal);
    if (answer.status !== 200) throw this.#problem(answer);
    return answer;
  }

  #ask(path: string, query: Query, signal: AbortSignal): Promise<HttpAnswer> {
    return this.reading.request({ method: 'GET', path: this.#path + path, query, signal, idempotent: true });
  }

  #parsed<Shape>(shape: z.ZodType<Shape>, { body }: HttpAnswer): Shape {
    const read = shape.safeParse(body);
    if (read.success) return read.data;
    throw new BadAnswer(`${this.connection}: an answer of another shape: ${z.prettifyError(read.error)}`);
  }

  #problem({ status, body, retryAfterMs }: HttpAnswer): Error {
    const reason = isObject(body) && typeof body.reason === 'string' ? `: ${body.reason}` : '';
    const said = `${this.connection}: CouchDB answered ${status}${reason}`;
    if (status === 408 || status === 429 || status >= 500) return new Unavailable(said, retryAfterMs);
    if (status === 401) return new Unauthorized(said);
    if (status === 403) return new Misconfigured(`${said} Make the user a member of the database.`);
    if (status === 404) return new Misconfigured(`${said} Is there such a database at this address?`);
    return status >= 400 ? new Misconfigured(said) : new BadAnswer(said);
  }
}
