import type { Outcome } from '../model/outcome.js';
import type { SettledDocument, SettledEntry } from '../queue/entry.js';

type Disposition = SettledEntry['disposition'];
type EntryError = SettledEntry['error'];

/** An entry takes the worst outcome of its documents (rule 7); lower is worse. */
const severity: Record<Outcome['kind'], number> = {
  submitted: 0,
  unknown: 1,
  retry: 2,
  conflict: 3,
  rejected: 4,
  written: 5,
  unchanged: 6,
};

/** Codes of retries that are not the item's own failure: they use up no attempt (rule 20). */
const blameless = new Set([
  'unavailable',
  'unauthorized',
  'misconfigured',
  'throttled',
  'lease_ended',
  'left_alone',
  'reference_missing',
  'waits_for_other',
]);

export interface RetryPolicy {
  readonly maxAttempts: number;
}

/** What becomes of an entry whose documents were answered like this. No outcome at all means there was nothing to send. */
export function entryDisposition(
  outcomes: readonly Outcome[],
  attempts: number,
  policy: RetryPolicy,
): { disposition: Disposition; error: EntryError } {
  const worst = outcomes.reduce<Outcome | null>(
    (found, outcome) => (found === null || severity[outcome.kind] < severity[found.kind] ? outcome : found),
    null,
  );
  if (worst === null || worst.kind === 'written' || worst.kind === 'unchanged') return { disposition: { kind: 'done' }, error: null };
  if (worst.kind === 'submitted') throw new Error(`the target submitted ${worst.key}, which this version cannot ask for later`);
  const error = { code: worst.code, message: worst.message, field: worst.kind === 'rejected' ? (worst.field ?? null) : null };
  if (worst.kind === 'rejected' || worst.kind === 'conflict') return { disposition: { kind: 'dead' }, error };
  if (worst.code === 'reference_missing') return { disposition: { kind: 'park', afterMs: 60_000 }, error };
  const attempt = !blameless.has(worst.code);
  if (attempt && attempts + 1 >= policy.maxAttempts) return { disposition: { kind: 'dead' }, error };
  const told = worst.kind === 'retry' ? worst.afterMs : undefined;
  return { disposition: { kind: 'retry', afterMs: told ?? backoffMs(attempts), attempt }, error };
}

/** 1 s, 2 s, 4 s … up to 5 min, each with up to a quarter of jitter. */
export function backoffMs(attempts: number, random: () => number = Math.random): number {
  const base = Math.min(300_000, 1_000 * 2 ** Math.min(attempts, 20));
  return Math.round(base * (1 + random() / 4));
}

/** What the mirror learns from an outcome (rules 4, 5): only a definite answer ends the doubt. */
export function mirrorResult(outcome: Outcome): SettledDocument['result'] {
  switch (outcome.kind) {
    case 'written':
    case 'unchanged':
      return 'acknowledged';
    case 'rejected':
      return 'rejected';
    case 'retry':
    case 'conflict':
      return 'not-applied';
    case 'submitted':
    case 'unknown':
      return 'unknown';
  }
}
