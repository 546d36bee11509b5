import { setMaxListeners } from 'node:events';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import pRetry from 'p-retry';
import { ConnectorError, Unauthorized, Unavailable } from '../contract/errors.js';
import type { JsonValue } from '../../model/json.js';
import { AddressGuard } from './address-guard.js';
import { exchange, RequestFailure } from './exchange.js';
import type { Wire } from './exchange.js';
import type { HttpAnswer, HttpClient, HttpClientOptions, HttpRequest } from './types.js';

type Answer = HttpAnswer<JsonValue | Buffer | undefined>;

const worthAnotherTry = new Set([408, 429, 500, 502, 503, 504]);

/** A wait beyond this is the engine's to keep, which pauses the whole connection and tells people so. */
const longestWaitMs = 30_000;
const isTooLong = (waitMs: number | null): boolean => (waitMs ?? 0) > longestWaitMs;

/** The HTTP client of one connection: see `HttpClient` for what it throws and hands back. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const client = new Client(options);
  return { request: client.request as HttpClient['request'], close: () => client.close() };
}

class Client {
  readonly #guard: AddressGuard;
  readonly #wire: Wire;
  readonly #slot;
  /** After a 429 or 503 the whole connection is quiet until then (monotonic milliseconds). */
  #quietUntil = 0;

  constructor(private readonly options: HttpClientOptions) {
    this.#guard = new AddressGuard(options.connection, options.baseUrl, options.allowedHosts);
    const agent = { keepAlive: true, maxSockets: options.concurrency, lookup: this.#guard.lookup };
    this.#wire = {
      connection: options.connection,
      agents: { http: new HttpAgent(agent), https: new HttpsAgent(agent) },
      timeoutMs: options.timeoutMs ?? 30_000,
      maxBytes: options.maxBytes ?? 50_000_000,
    };
    this.#slot = pLimit(options.concurrency);
  }

  readonly request = async (request: HttpRequest): Promise<Answer> => {
    const url = this.#guard.resolve(request.path);
    if (request.idempotent !== true) return this.#inSlot(url, request);
    return this.#again(url, request);
  };

  close(): void {
    this.#wire.agents.http.destroy();
    this.#wire.agents.https.destroy();
  }

  /** Tries an idempotent request again; what still fails then is handed back, or thrown, as it came. */
  async #again(url: URL, request: HttpRequest): Promise<Answer> {
    // All requests of a batch listen to its one signal: Node would take a dozen of them for a leak.
    setMaxListeners(0, request.signal);
    try {
      return await pRetry(() => this.#oneTry(url, request), {
        retries: this.options.retries ?? 3,
        minTimeout: 250,
        factor: 2,
        randomize: true,
        maxTimeout: 10_000,
        signal: request.signal,
        shouldRetry: ({ error }) => error instanceof TryAgain && !request.signal.aborted,
      });
    } catch (error) {
      if (error instanceof TryAgain) return error.end();
      if (request.signal.aborted && !(error instanceof ConnectorError)) throw this.#stopped();
      throw error;
    }
  }

  #stopped(afterMs: number | null = null): Unavailable {
    const cause = new RequestFailure('stopped', false);
    return new Unavailable(`${this.options.connection}: stopped before the request was begun`, afterMs, { cause });
  }

  async #oneTry(url: URL, request: HttpRequest): Promise<Answer> {
    let answer: Answer;
    try {
      answer = await this.#inSlot(url, request);
    } catch (error) {
      if (error instanceof Unavailable && !isTooLong(error.afterMs)) throw new TryAgain(null, error);
      throw error;
    }
    if (worthAnotherTry.has(answer.status) && !isTooLong(answer.retryAfterMs)) throw new TryAgain(answer, null);
    return answer;
  }

  /** The token is fetched inside the slot too, so that a vendor's limit of concurrent calls holds for all of them. */
  #inSlot(url: URL, request: HttpRequest): Promise<Answer> {
    const asked = performance.now();
    return this.#queued(request.signal, async () => {
      await this.#quiet(request.signal);
      const answer = await this.#authorized(url, request, performance.now() - asked);
      const restMs = answer.status === 429 || answer.status === 503 ? (answer.retryAfterMs ?? 0) : 0;
      if (restMs <= longestWaitMs) this.#quietUntil = Math.max(this.#quietUntil, performance.now() + restMs);
      return answer;
    });
  }

  /** Waits for a slot no longer than the signal says. */
  #queued(signal: AbortSignal, work: () => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const leave = () => reject(this.#stopped());
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      const begin = () => {
        signal.removeEventListener('abort', leave);
        return signal.aborted ? Promise.reject(this.#stopped()) : work();
      };
      this.#slot(begin).then(resolve, reject);
    });
  }

  async #quiet(signal: AbortSignal): Promise<void> {
    const rest = this.#quietUntil - performance.now();
    if (rest <= 0) return;
    try {
      await wait(rest, undefined, { signal });
    } catch {
      throw this.#stopped(Math.ceil(rest));
    }
  }

  /** Lets one request begin, and answers how to tell that it is over. The connection may have become quiet while this one waited for others. */
  async #entered({ signal }: HttpRequest): Promise<() => void> {
    const { gate } = this.options;
    if (gate === undefined) return () => undefined;
    for (;;) {
      const leave = await gate.enter(signal).catch((error: unknown) => {
        throw signal.aborted ? this.#stopped() : error;
      });
      if (performance.now() >= this.#quietUntil) return leave;
      leave();
      await this.#quiet(signal);
    }
  }

  async #authorized(url: URL, request: HttpRequest, waitedMs: number): Promise<Answer> {
    const { authorization, connection } = this.options;
    if (authorization === undefined) return this.#exchange(url, request, {}, waitedMs);
    const used = await authorization.headers(request.signal);
    const answer = await this.#exchange(url, request, used, waitedMs);
    if (answer.status !== 401) return answer;
    await authorization.renew(used, request.signal);
    const second = await this.#exchange(url, request, await authorization.headers(request.signal), 0);
    if (second.status === 401) throw new Unauthorized(`${connection}: credentials are refused, also after they were renewed`);
    return second;
  }

  async #exchange(url: URL, request: HttpRequest, headers: Readonly<Record<string, string>>, waitedMs: number): Promise<Answer> {
    const asked = performance.now();
    // Around the request alone: a token that it has to wait for is a request of its own, and would wait for the place of this one.
    const leave = await this.#entered(request);
    const began = performance.now();
    const tell = (status: number | null, date: string | undefined): void => {
      const dateMs = Date.parse(date ?? '');
      const tookMs = performance.now() - began;
      const { host, pathname: path } = url;
      this.options.watch?.({
        ...{ method: request.method, host, path, status, tookMs },
        waitedMs: waitedMs + began - asked,
        dateMs: Number.isNaN(dateMs) ? null : dateMs,
      });
    };
    try {
      const answer = await exchange(this.#wire, url, request, headers);
      tell(answer.status, answer.headers.date);
      return answer;
    } catch (error) {
      tell(null, undefined);
      throw error;
    } finally {
      leave();
    }
  }
}

/** An answer or a failure after which an idempotent request is tried again. */
class TryAgain extends Error {
  constructor(
    private readonly answer: Answer | null,
    private readonly failure: Unavailable | null,
  ) {
    super('try again');
  }

  end(): Answer {
    if (this.answer !== null) return this.answer;
    throw this.failure as Unavailable;
  }
}
