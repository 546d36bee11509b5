import type { PimState } from './state.js';
import type { ValueTexts } from './value-texts.js';

export interface Call {
  readonly state: PimState;
  readonly texts: ValueTexts;
  readonly positions: Positions;
  /** `http://127.0.0.1:<port>`, for links. */
  readonly origin: string;
  /** Whole path of the request. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** What the route's groups matched, decoded. */
  readonly params: readonly string[];
}

export interface Route {
  /** GET unless said otherwise. */
  readonly method?: string;
  /** Below `/api/rest/v1`. */
  readonly path: RegExp;
  /** What a 200 holds. Throws `AkeneoError`. */
  answer(call: Call): JsonText | MediaFile | Promise<MediaFile>;
}

/** A body whose JSON is written already. */
export class JsonText {
  constructor(readonly text: string) {}
}

export class MediaFile {
  constructor(
    readonly bytes: Buffer,
    readonly mimeType: string,
  ) {}
}

/** How `search_after` positions are written; one may stop being known. */
export interface Positions {
  write(id: string): string;
  /** Throws `AkeneoError` where it is none, or none any more. */
  read(position: string): string;
}
