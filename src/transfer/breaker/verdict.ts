import { Unavailable } from '../../connectors/contract/index.js';
import type { Outcome } from '../../model/outcome.js';

/** What a batch says of the shop as a whole. */
export type Verdict =
  | { readonly kind: 'works' }
  /** 5xx, a timeout, no connection: nothing of the batch was answered. */
  | { readonly kind: 'down'; readonly reason: string }
  /** It asked to be left alone for so long (Retry-After): that is pacing, and no failure. */
  | { readonly kind: 'rests'; readonly forMs: number; readonly reason: string };

/**
 * Judges by the outcomes of a batch and by the error that ended it, if one did; null: nothing can be said (nothing was sent,
 * or credentials or an answer were wrong). One item that was answered shows that the shop works: an item that breaks its own request alone opens nothing.
 */
export function verdictOf(failure: Error | null, outcomes: readonly Outcome[]): Verdict | null {
  const told = [...(failure instanceof Unavailable ? [failure] : []), ...outcomes.filter(isUnavailable)];
  const rest = told.find(({ afterMs }) => (afterMs ?? 0) > 0);
  if (rest) return { kind: 'rests', forMs: rest.afterMs ?? 0, reason: rest.message };
  if (outcomes.some(({ kind }) => kind === 'written' || kind === 'unchanged' || kind === 'conflict' || kind === 'submitted'))
    return { kind: 'works' };
  const [first] = told;
  // What is refused may have been refused by the connector, without a request: it counts only where nothing else speaks against the shop.
  if (first) return { kind: 'down', reason: first.message };
  return outcomes.some(({ kind }) => kind === 'rejected') ? { kind: 'works' } : null;
}

type MaybeTold = Extract<Outcome, { kind: 'retry' | 'unknown' }>;

function isUnavailable(outcome: Outcome): outcome is MaybeTold {
  return (outcome.kind === 'retry' || outcome.kind === 'unknown') && (outcome.code === 'unavailable' || outcome.code === 'throttled');
}
