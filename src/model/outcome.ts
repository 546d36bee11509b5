/** Something worth telling about an item that was written all the same. */
export interface OutcomeWarning {
  readonly field: string;
  readonly code: string;
  readonly message: string;
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
 * - `unknown`: no definite answer; it may or may not have been applied (rule 4).
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
  | { readonly kind: 'retry'; readonly key: string; readonly code: string; readonly message: string; readonly afterMs?: number }
  | { readonly kind: 'rejected'; readonly key: string; readonly code: string; readonly message: string; readonly field?: string }
  | { readonly kind: 'conflict'; readonly key: string; readonly code: string; readonly message: string }
  | { readonly kind: 'submitted'; readonly key: string; readonly submission: string }
  | { readonly kind: 'unknown'; readonly key: string; readonly code: string; readonly message: string };

export type OutcomeKind = Outcome['kind'];
