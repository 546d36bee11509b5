import type { EventHint } from '../connectors/contract/index.js';
import type { Subscription } from '../mapping/subscription.js';
import type { RelatedHint } from '../queue/entry.js';
import { relatedFeedName } from '../sync/pipeline-context.js';

/** Hints of one connection, as far as they are of things that records of some pipeline use that takes events. */
export function relatedHints(hints: readonly EventHint[], subscriptions: readonly Subscription[]): RelatedHint[] {
  const feeds = new Map(subscriptions.flatMap((one) => usedFeeds(one).map(({ entity, feed }): [string, string] => [entity, feed])));
  return hints.flatMap(({ entity, key }) => {
    const feed = feeds.get(entity);
    return feed === undefined ? [] : [{ feed, key }];
  });
}

/** The pipelines that take events of what this feed tells of, because their records use it. */
export function usersOfFeed(feed: string, subscriptions: readonly Subscription[]): string[] {
  return subscriptions.filter((one) => usedFeeds(one).some((used) => used.feed === feed)).map(({ name }) => name);
}

function usedFeeds(subscription: Subscription): { readonly entity: string; readonly feed: string }[] {
  const { events, related, inherits } = subscription;
  return events === null
    ? []
    : [...new Set([...related, ...inherits])].map((entity) => ({ entity, feed: relatedFeedName(subscription, entity) }));
}
