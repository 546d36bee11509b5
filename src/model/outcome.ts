/** Something worth telling about an item that was written all the same. */
export interface OutcomeWarning {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** What went over the wire for an item that failed, for people: cut short, and rid of secrets, once it is written down. */
export interface Exchange {
  /** `PUT /rest/all/V1/products/SKU-1` */
  readonly request: string;
  readonly status?: number;
  /** The beginning of what was answered. */
  readonly answer?: string;
}

/**
 * What the target said of one item. Exactly one per item sent, matched by document key.
 *
 * - `written`: the shop acknowledged this item. `targetId` is how the shop names it from now on.
 * - `unchanged`: the connector compared with the shop and had nothing to write.
 * - `retry`: definitely not applied, try again (`afterMs` if the shop said when).
 * - `rejected`: definitely not applied, and never will be as it is.
 * - `conflict`: the shop holds something newer or foreign; definitely not applied.
 * - `submitted`: accepted for later, ask with `submission`.
 * - `unknown`: no definite answer; it may or may not have been applied (rule 4); `afterMs` if the shop said when to try again.
 */
export type Outcome =
  | {
      readonly kind: 'written';
      readonly key: string;
      readonly targetId: string | null;
      /** It stood in the shop before we ever wrote it, and was taken over. */
      readonly adopted?: boolean;
      readonly created?: boolean;
      readonly warnings?: readonly OutcomeWarning[];
    }
  | { readonly kind: 'unchanged'; readonly key: string }
  | (Failed & { readonly kind: 'retry'; readonly afterMs?: number })
  | (Failed & { readonly kind: 'rejected'; readonly field?: string })
  | (Failed & { readonly kind: 'conflict' })
  | { readonly kind: 'submitted'; readonly key: string; readonly submission: string }
  | (Failed & { readonly kind: 'unknown'; readonly afterMs?: number });

interface Failed {
  readonly key: string;
  readonly code: string;
  readonly message: string;
  readonly exchange?: Exchange;
}

export type OutcomeKind = Outcome['kind'];
