import type { Sql } from '../database/sql.js';
import type { Change } from '../model/change.js';
import { unlistedUses } from '../queue/sql/unlisted-uses.js';
import { fanOut, type RelatedFeed } from './fan-out.js';

/** A version that none has which is there: it was passed on that it is gone, and seen again with any other it is news. */
const gone = { id: 'gone', order: null, closed: true };

/**
 * Queues the records that use what a completed pass over its entity did not find: a category that was removed, and no feed tells
 * of that. Each is passed on once. A hint like any other: what uses it is read anew, and nothing is taken for gone by this (rule 10).
 */
export async function fanOutGone(sql: Sql, feed: RelatedFeed, pass: { readonly pipeline: string; readonly pass: number }): Promise<void> {
  if (feed.usedBy.length === 0) return;
  const keys = await unlistedUses(sql, { feed: feed.name, ...pass });
  const changes = keys.map((key): Change => ({ key, kind: 'deleted', version: gone }));
  await fanOut(sql, feed, changes, null);
}
