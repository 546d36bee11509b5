import type { EventHint } from '../connectors/contract/index.js';
import type { Subscription } from '../mapping/subscription.js';
import { routeChanges } from '../queue-builder/route-changes.js';
import type { NewEntry } from '../queue/entry.js';

/**
 * In front of everything that has waited for less than a week: ten times what a file can say. Older entries go first,
 * so that a stream of events that does not end cannot keep them waiting for ever.
 */
export const directPriority = 10_000;

/** Hints as entries of every pipeline that takes events of their entity, through the same filters as what a delta finds. */
export function subscribedEntries(hints: readonly EventHint[], subscriptions: readonly Subscription[]): NewEntry[] {
  const direct = new Set(subscriptions.flatMap(({ name, events }) => (events?.direct ? [name] : [])));
  const taking = subscriptions.filter(({ events }) => events !== null);
  return [...new Set(hints.map(({ entity }) => entity))]
    .flatMap((entity) =>
      routeChanges(
        hints.filter((hint) => hint.entity === entity),
        taking.filter(({ source }) => source.entity === entity),
      ),
    )
    .map((entry) => (direct.has(entry.pipeline) ? { ...entry, priority: directPriority } : entry));
}
