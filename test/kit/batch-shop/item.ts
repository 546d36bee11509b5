/** An item as a request sends it. Names outside `set` and `unset` stay as the shop has them. */
export interface ItemData {
  readonly id: string;
  /** `live` by default. */
  readonly status?: ItemStatus;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly unset?: readonly string[];
  /** Rises with every send; one below the stored one is refused as stale. */
  readonly version?: number;
}

export type ItemStatus = 'live' | 'disabled' | 'archived';

export interface StoredItem {
  readonly id: string;
  readonly status: ItemStatus;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly version: number;
  /** Requests that wrote it. */
  readonly writes: number;
}

export interface ItemError {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
}

export type ItemResult =
  | { readonly id: string; readonly status: 'ok'; readonly created: boolean }
  | { readonly id: string; readonly status: 'error'; readonly error: ItemError }
  | { readonly id: string; readonly status: 'skipped' };

/** How the shop takes a batch; may be changed while it runs. */
export interface Behaviour {
  /** One item that is refused and nothing of the batch is written. */
  atomic: boolean;
  /** `per-item`: a result for each. `one-for-all`: 422 with one error that names nobody, whatever was written. */
  errors: 'per-item' | 'one-for-all';
  /** More items (writes and deletes together) or bytes than this are answered with 413. */
  maxItems: number;
  maxBytes: number;
  /** Ids that are always refused. */
  poison: readonly string[];
}

export const usual: Behaviour = { atomic: false, errors: 'per-item', maxItems: Infinity, maxBytes: Infinity, poison: [] };
