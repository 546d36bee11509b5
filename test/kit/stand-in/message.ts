import type { IncomingHttpHeaders } from 'node:http';

/** A request as a stand-in's handler sees it. */
export interface StandInRequest {
  readonly method: string;
  /** Path without the query, percent-encoding kept: a SKU may hold `%2F`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Parsed where the content type is application/json, else undefined. */
  readonly body: unknown;
  readonly rawBody: Buffer;
  /** The content type says JSON, the bytes do not. */
  readonly invalidJson: boolean;
  /**
   * The fault meant for one item of this request, used up by asking; undefined when that item is
   * to be treated as usual. For handlers whose requests carry many items.
   */
  faultFor(item: string): Fault | undefined;
}

/** JSON unless it is a string or Buffer; undefined is an empty body. */
export interface StandInAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export type Handler = (request: StandInRequest) => StandInAnswer | Promise<StandInAnswer>;

/** What is remembered of a request, for tests that count or look. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  /** Epoch milliseconds of its arrival. */
  readonly at: number;
  /** Null until it is answered, and for ever when the connection was cut. */
  status: number | null;
}

/**
 * - `status`: nothing is done, the given status (500), headers and body are answered.
 * - `delay`: waits `delayMs` before the work; combines with one other fault.
 * - `half`: work done, half of the body sent under the full Content-Length, then closed.
 * - `lost-before`: connection closed without doing the work.
 * - `lost-after`: work done, connection closed without an answer.
 * - `reset`: connection reset (TCP RST) without doing the work.
 * - `body`: work done, the given body, and status and headers where given, answered in its place.
 */
export type FaultKind = 'status' | 'delay' | 'half' | 'lost-before' | 'lost-after' | 'reset' | 'body';

export interface Fault {
  /** All that is given must hold; `item` is the key of one item inside the request. */
  readonly match?: { readonly method?: string; readonly path?: RegExp; readonly item?: string };
  readonly kind: FaultKind;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Kind `delay`: before the work. Any other kind: before the fault shows itself. */
  readonly delayMs?: number;
  /** How many requests (or items) it strikes, 1 by default; Infinity until `clear()`. */
  readonly times?: number;
}
