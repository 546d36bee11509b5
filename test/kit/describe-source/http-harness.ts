import type { OpenSource } from '../../../src/connectors/contract/index.js';
import type { SourceHarness } from './harness.js';

/** What an answer is in its place. `no-page`: JSON of another shape. `foreign-404`: somebody else's, a proxy's. */
export type Mishap = 'error-500' | 'half' | 'html' | 'empty' | 'no-page' | 'cut' | 'foreign-404' | 'unauthorized';

export interface Breakage {
  /** Requests that it struck so far. */
  readonly struck: number;
  mend(): void;
}

/** Requests for records, to sign in, or any. */
export type Concern = 'records' | 'sign-in' | 'any';

/** The line between a source and its PIM. */
export interface Line {
  /** How many requests have arrived. */
  requests(): number;
  /** From now on. */
  breaks(mishap: Mishap, concern: Concern): Breakage;
  /** One request alone: 0 is the next to arrive. */
  breaksOnce(mishap: Mishap, nth: number): Breakage;
  /** Requests are answered so, with this Retry-After in seconds; `times` of them, or until it is mended. */
  refuses(status: 429 | 503, retryAfter: number, concern: Concern, times?: number): Breakage;
  /** Every request is answered that much later. */
  slows(ms: number): Breakage;
}

/** A PIM behind HTTP. */
export interface HttpSourceHarness extends SourceHarness {
  readonly line: Line;
  /** Calls that may be under way at one time. */
  readonly concurrency: number;
  /** The JSON text of an item as the PIM lists it, of these JSON texts. */
  item(key: string, text: string): string;
  /** A key that no record has, of a form that records have; absent: uuids are good. */
  hostileKey?(): string;
  /** Every listing is one page of these, until what is answered is called. */
  serves(items: readonly string[]): () => void;
}

/** A PIM that hands out tokens. */
export interface SignInHarness extends HttpSourceHarness {
  readonly wrongSecret: string;
  /** A source that has this secret. */
  openRefused(): Promise<OpenSource>;
  /** As when a token's hour is over. */
  expireToken(): void;
  /** How often a token was handed out. */
  tokens(): number;
}
