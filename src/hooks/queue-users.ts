import type { Sql } from '../database/sql.js';
import type { Subscription } from '../mapping/subscription.js';
import { fanOut, type RunsFor } from '../queue-builder/fan-out.js';
import { dropHints, takeHints, type TakenHint } from '../queue/sql/related-hints.js';
import { usersOfFeed } from './related-hints.js';

const hintsAtOnce = 100;

/**
 * Queues who uses what some hints are of, and takes the hints away after that; answers how many there were. They are taken for
 * `leaseMs`: what is not finished by then is begun again, and whoever is queued twice is one entry, which its event run has seen twice.
 */
export async function queueUsers(sql: Sql, subscriptions: readonly Subscription[], runsFor: RunsFor, leaseMs: number): Promise<number> {
  const hints = await takeHints(sql, hintsAtOnce, leaseMs);
  for (const [feed, told] of byFeed(hints)) {
    // Without a version it is always news: what an event says of one is not remembered.
    const changes = told.map(({ key }) => ({ key, kind: 'updated' as const, version: null }));
    await fanOut(sql, { name: feed, usedBy: usersOfFeed(feed, subscriptions) }, changes, null, runsFor);
    await dropHints(sql, told);
  }
  return hints.length;
}

function byFeed(hints: readonly TakenHint[]): Map<string, TakenHint[]> {
  const feeds = new Map<string, TakenHint[]>();
  for (const hint of hints) feeds.set(hint.feed, [...(feeds.get(hint.feed) ?? []), hint]);
  return feeds;
}
