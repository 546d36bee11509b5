import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Faults } from './faults.js';
import type { Handler, LoggedRequest, StandInAnswer, StandInRequest } from './message.js';
import { readRequest } from './read-request.js';
import { logged, RequestLog } from './request-log.js';
import { cut, faultyAnswer, reset, sendAnswer, sendHalf } from './send-answer.js';

export interface ServerOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Largest request body in bytes, 64 MB by default; beyond it 413. */
  readonly maxBodyBytes?: number;
  /** Milliseconds every request waits before the work, 0 by default. */
  readonly latency?: number;
  /** Whether requests are kept in the log, true by default; a bench turns it off. */
  readonly remember?: boolean;
  /** Most requests at one time; the next is given this answer, none of it done. May be changed while it runs. */
  readonly limit?: { concurrency: number; readonly answer: StandInAnswer };
  /** Headers of every answer, refusals and faults among them, unless the answer has its own. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** The key of the one item a request is about, for faults that name an item. */
  readonly itemOf?: (request: StandInRequest) => string | null;
}

export interface StandInServer {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly requests: RequestLog;
  readonly faults: Faults;
  /** Most requests that were worked on at one time. */
  readonly maxInFlight: number;
  /** Called, and awaited, before the work of each request. Answers how to stop it. */
  onRequest(listener: (request: StandInRequest) => void | Promise<void>): () => void;
  /** Called, and awaited, after the work and before the answer leaves. */
  onAnswer(listener: (request: StandInRequest, answer: StandInAnswer) => void | Promise<void>): () => void;
  /** Stops listening and destroys open connections. */
  close(): Promise<void>;
}

/** Starts an HTTP server on 127.0.0.1 whose answers can be made to fail. */
export async function startServer(handle: Handler, options: ServerOptions = {}): Promise<StandInServer> {
  const desk = new Desk(handle, options);
  const server = createServer({ keepAlive: true }, (message, response) => desk.receive(message, response));
  server.keepAliveTimeout = 60_000;
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: desk.requests,
    faults: desk.faults,
    get maxInFlight() {
      return desk.maxInFlight;
    },
    onRequest: (listener) => subscribe(desk.requestListeners, listener),
    onAnswer: (listener) => subscribe(desk.answerListeners, listener),
    close: () => close(server),
  };
}

/** Receives each request: log, faults, work, answer. */
class Desk {
  readonly requests = new RequestLog();
  readonly faults = new Faults();
  readonly requestListeners = new Set<(request: StandInRequest) => void | Promise<void>>();
  readonly answerListeners = new Set<(request: StandInRequest, answer: StandInAnswer) => void | Promise<void>>();
  maxInFlight = 0;
  #inFlight = 0;

  constructor(
    private readonly handle: Handler,
    private readonly options: ServerOptions,
  ) {}

  receive(message: IncomingMessage, response: ServerResponse): void {
    this.#inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.#inFlight);
    this.#serve(message, response)
      .catch((error: unknown) => this.#broken(error, message, response))
      .finally(() => (this.#inFlight -= 1));
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message, this.options.maxBodyBytes ?? 64_000_000, this.faults);
    if (request === null) return this.#send(response, { status: 413, headers: { connection: 'close' }, body: 'Request Entity Too Large' });
    const entry = logged(request);
    if (this.options.remember ?? true) this.requests.push(entry);
    const { limit } = this.options;
    if (limit !== undefined && this.#inFlight > limit.concurrency) return this.#answer(response, entry, limit.answer);
    for (const listener of this.requestListeners) await listener(request);
    const { delayMs, fault } = this.faults.takeForRequest(request, this.options.itemOf?.(request) ?? null);
    const latency = delayMs + (this.options.latency ?? 0);
    if (latency > 0) await wait(latency, undefined, { ref: false });
    if (fault === undefined) return this.#answer(response, entry, await this.#work(request));
    const before = fault.kind === 'status' || fault.kind === 'lost-before' || fault.kind === 'reset';
    const real = before ? undefined : await this.#work(request);
    if (fault.delayMs) await wait(fault.delayMs, undefined, { ref: false });
    switch (fault.kind) {
      case 'status':
      case 'body':
        return this.#answer(response, entry, faultyAnswer(fault, real));
      case 'half':
        return real && sendHalf(response, this.#withHeaders(real));
      case 'reset':
        return reset(message);
      default:
        return cut(message);
    }
  }

  async #work(request: StandInRequest): Promise<StandInAnswer> {
    const answer = await this.handle(request);
    for (const listener of this.answerListeners) await listener(request, answer);
    return answer;
  }

  #answer(response: ServerResponse, entry: LoggedRequest, answer: StandInAnswer): void {
    entry.status = answer.status;
    this.#send(response, answer);
  }

  #send(response: ServerResponse, answer: StandInAnswer): void {
    sendAnswer(response, this.#withHeaders(answer));
  }

  #withHeaders(answer: StandInAnswer): StandInAnswer {
    return this.options.headers ? { ...answer, headers: { ...this.options.headers(), ...answer.headers } } : answer;
  }

  /** A mistake of the stand-in itself is shown to the client; a client that went away is nobody's. */
  #broken(error: unknown, message: IncomingMessage, response: ServerResponse): void {
    if (message.socket.destroyed || response.headersSent) return cut(message);
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#send(response, { status: 500, body: { message: `stand-in failed: ${text}` } });
  }
}

function subscribe<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
