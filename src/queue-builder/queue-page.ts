import type { Sql } from '../database/sql.js';
import type { Change } from '../model/change.js';
import type { CursorMove, Enqueued } from '../queue/entry.js';
import { enqueue } from '../queue/sql/enqueue.js';
import { fanOut } from './fan-out.js';
import type { Feed, FeedReading } from './read-changes.js';
import { routeChanges } from './route-changes.js';

const nothing: Enqueued = { moved: true, counts: new Map(), entries: [] };

/** Queues a page for all who read its feed, and who use what it tells of. Not moved: another has the feed by now. */
export async function queuePage(
  sql: Sql,
  feed: Feed,
  { runs }: Pick<FeedReading, 'runs'>,
  changes: readonly Change[],
  { hold, move }: { readonly hold: number | null; readonly move: CursorMove | null },
): Promise<Enqueued> {
  // Who uses it is queued before the cursor moves, or, where nobody reads the feed for itself, with it.
  const alone = feed.pipelines.length === 0;
  if (feed.usedBy.length > 0 && !(await fanOut(sql, feed, changes, alone ? move : null))) return { ...nothing, moved: false };
  if (alone) return nothing;
  return enqueue(sql, { cause: 'delta', entries: routeChanges(changes, feed.pipelines), hold, pass: null, run: runs, move });
}
