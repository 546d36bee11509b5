import type { SourceRecord } from '../model/record.js';
import type { ClaimedEntry } from '../queue/entry.js';

/** What a fetch said of one entry. */
export type Evidence =
  { readonly kind: 'record'; readonly record: SourceRecord } | { readonly kind: 'absent' } | { readonly kind: 'nothing' };

/** What is done with an entry, by what the source says of it now. The entry's own kind is a hint (rule 10). */
export type Decision =
  | { readonly kind: 'map'; readonly record: SourceRecord }
  | { readonly kind: 'remove' }
  /** Older than announced, or not there without proof: read again later, no attempt used. */
  | { readonly kind: 'look-again'; readonly code: 'stale_read' | 'not_found'; readonly message: string }
  /** Not there, without proof, for longer than the settle lag: visible, until a sighting or a sweep. */
  | { readonly kind: 'absent'; readonly message: string }
  /** The source has gone on answering something older than it announced. */
  | { readonly kind: 'give-up'; readonly code: 'stale_read'; readonly message: string };

export function decideEntry(entry: ClaimedEntry, evidence: Evidence, settleLagMs: number): Decision {
  const waitedTooLong = entry.staleSinceMs !== null && entry.staleSinceMs > settleLagMs;
  if (evidence.kind === 'record') {
    const order = evidence.record.version?.order ?? null;
    if (order === null || entry.versionOrder === null || order >= entry.versionOrder) return { kind: 'map', record: evidence.record };
    const message = `the source announced version ${entry.versionOrder} and answers ${order}`;
    return waitedTooLong ? { kind: 'give-up', code: 'stale_read', message } : { kind: 'look-again', code: 'stale_read', message };
  }
  const proven = evidence.kind === 'absent' && (entry.proof !== null || entry.kind === 'deleted');
  if (proven) return { kind: 'remove' };
  const message =
    evidence.kind === 'absent'
      ? 'the source says it does not exist, without a pass or a deletion that proves it'
      : 'the source left it out of its answer';
  return waitedTooLong ? { kind: 'absent', message } : { kind: 'look-again', code: 'not_found', message };
}
