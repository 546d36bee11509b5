import type { ChangesPage } from '../../connectors/contract/index.js';
import type { Sql } from '../../database/sql.js';
import type { Feed } from '../../queue-builder/read-changes.js';
import { lookAtFeed } from '../../queue/sql/feed-lease.js';

/**
 * What a reading of the feed that begins now would find (`readChanges`), page by page. Nothing where nobody has
 * subscribed to it yet: it begins now. Takes nothing, and moves no cursor.
 */
export async function* foreseenPages(sql: Sql, feed: Feed, signal: AbortSignal): AsyncGenerator<ChangesPage> {
  const found = await lookAtFeed(sql, feed.name);
  if (found === null) return;
  const { needs, overlapMs, strategy } = feed;
  let { cursor, underWay: begunBefore } = found;
  for (;;) {
    signal.throwIfAborted();
    const page = await feed.source.changes(feed.entity, cursor, { needs, overlapMs, strategy, signal });
    yield page;
    if (page.done && !begunBefore) return;
    if (page.done) begunBefore = false;
    cursor = page.cursor;
  }
}
