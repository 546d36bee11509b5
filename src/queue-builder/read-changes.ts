import type { ChangesPage, Needs, OpenSource, Strategy } from '../connectors/contract/index.js';
import type { Sql } from '../database/sql.js';
import type { Pipeline } from '../mapping/pipeline.js';
import type { Change } from '../model/change.js';
import type { CursorMove, Enqueued } from '../queue/entry.js';
import { nextReadNumber } from '../queue/sql/next-read-number.js';
import { pauseWatch } from '../queue/sql/pause-watch.js';
import { noteMarks } from '../queue/sql/source-marks.js';
import { feedKeeper, releaseFeed, renewFeed, takeFeed, type TakenFeed } from '../queue/sql/feed-lease.js';
import type { SourceRecord } from '../model/record.js';
import { markingOf } from './marks.js';
import { queuePage } from './queue-page.js';
import { TakeOffFirst } from './take-off-first.js';
import { unlessAborted } from './unless-aborted.js';

/** A feed and everything that reads it. */
export interface Feed {
  readonly name: string;
  readonly connection: string;
  readonly entity: string;
  readonly source: OpenSource;
  readonly pipelines: readonly Pipeline[];
  /** Pipelines whose records use what it tells of (`related`). */
  readonly usedBy: readonly string[];
  readonly needs: Needs;
  readonly overlapMs: number;
  readonly strategy: Strategy;
}

export interface FeedReading {
  readonly owner: string;
  readonly leaseMs: number;
  readonly signal: AbortSignal;
  /** Runs that open the entries of their pipelines; what is opened for others belongs to none. */
  readonly runs: ReadonlyMap<string, number>;
  /** How long the source may wait for a change where there is none yet; absent: it answers at once. Less than the lease. */
  readonly waitMs?: number;
  /** A page was enqueued: its records may be carried to the batch that maps them. */
  enqueued(page: {
    readonly result: Enqueued;
    readonly records: ReadonlyMap<string, SourceRecord>;
    readonly readNumber: number;
    readonly seen: number;
  }): void;
}

export type FeedResult = 'complete' | 'busy' | 'overtaken' | 'stopped' | 'paused';

/**
 * Reads a feed from its cursor to its present end. Each page is enqueued together with the cursor that
 * follows it, in one statement: a process that dies in between reads the page again, and a second
 * reader that slipped in loses the compare-and-set and writes nothing (rule 16). Where a window was under
 * way already, its end lies before this reading began: once it is read, so is the window after it. A source that fails
 * throws out of here with the cursor where it was. Marks on records (rule 18) are taken off before a page is queued
 * where records have no version, and written down after it where they have one.
 */
export async function readChanges(sql: Sql, feed: Feed, reading: FeedReading): Promise<FeedResult> {
  const taken = await takeFeed(sql, feed.name, reading.owner, reading.leaseMs);
  if (!taken) return 'busy';
  try {
    return await readPages(sql, feed, reading, taken);
  } finally {
    await releaseFeed(sql, feed.name, taken.leaseToken);
  }
}

async function readPages(sql: Sql, feed: Feed, reading: FeedReading, taken: TakenFeed): Promise<FeedResult> {
  let { cursor, moves, position, underWay: begunBefore } = taken;
  const keepFeed = feedKeeper(sql, feed.name, taken.leaseToken, reading.leaseMs);
  const isPaused = pauseWatch(sql, feed.connection);
  const marking = markingOf(feed);
  const first = new TakeOffFirst(sql, feed, reading, () => renewFeed(sql, feed.name, taken.leaseToken, reading.leaseMs));
  const queue = (changes: readonly Change[], move: CursorMove | null): Promise<Enqueued> =>
    queuePage(sql, feed, reading, changes, { hold: position, move });
  if (await isPaused()) return 'paused';
  if (marking === 'before-fetch') {
    for await (const changes of first.leftOver()) {
      if (!(await first.takeOff(changes))) return 'overtaken';
      const result = await queue(changes, null);
      await first.done(changes);
      reading.enqueued({ result, records: new Map(), readNumber: 0, seen: changes.length });
    }
  }
  while (!reading.signal.aborted) {
    if (await isPaused()) return 'paused';
    if (!(await keepFeed())) return 'overtaken';
    const readNumber = await nextReadNumber(sql);
    const page = await ask(feed, cursor, reading);
    const changes = marking === 'before-fetch' ? page.changes.map(asUnread) : page.changes;
    if (marking === 'before-fetch' && !(await first.takeOff(changes))) return 'overtaken';
    const { leaseToken } = taken;
    const result = await queue(changes, {
      feed: feed.name,
      expectedMoves: moves,
      leaseToken,
      cursor: page.cursor,
      position: page.position,
      underWay: !page.done,
    });
    if (!result.moved) {
      // The marks are off: whoever read the feed meanwhile may have done so before that.
      if (marking === 'before-fetch') await queue(changes, null);
      return 'overtaken';
    }
    if (marking === 'before-fetch') await first.done(changes);
    // Not before it is queued: a mark that nobody waits for may be taken off at once.
    if (marking === 'after-settlement')
      await noteMarks(
        sql,
        feed.name,
        changes.filter(({ version }) => version?.closed),
      );
    reading.enqueued({ result, records: recordsOf(changes), readNumber, seen: changes.length });
    if (page.done && !begunBefore) return 'complete';
    if (page.done) begunBefore = false;
    cursor = page.cursor;
    moves += 1;
    position = page.position ?? position;
  }
  return 'stopped';
}

/** A source that waits may be slow to notice that nobody does any more. */
function ask(
  { source, entity, needs, overlapMs, strategy }: Feed,
  cursor: TakenFeed['cursor'],
  { signal, waitMs }: FeedReading,
): Promise<ChangesPage> {
  const options = { needs, overlapMs, signal, strategy, ...(waitMs === undefined ? {} : { waitMs }) };
  return unlessAborted(source.changes(entity, cursor, options), signal);
}

/** Without version and record: it is always news, and read again once its mark is off. */
function asUnread({ key, kind, changedFields }: Change): Change {
  return { key, kind, version: null, ...(changedFields ? { changedFields } : {}) };
}

function recordsOf(changes: readonly { readonly key: string; readonly record?: SourceRecord }[]): Map<string, SourceRecord> {
  return new Map(changes.flatMap((change) => (change.record ? [[change.key, change.record] as const] : [])));
}
