import type { Needs, OpenSource } from '../connectors/contract/index.js';
import type { Sql } from '../database/sql.js';
import type { Pipeline } from '../mapping/pipeline.js';
import type { Enqueued } from '../queue/entry.js';
import { enqueue } from '../queue/sql/enqueue.js';
import { nextReadNumber } from '../queue/sql/next-read-number.js';
import { feedKeeper, releaseFeed, takeFeed, type TakenFeed } from '../queue/sql/feed-lease.js';
import type { SourceRecord } from '../model/record.js';
import { routeChanges } from './route-changes.js';

/** A feed and everything that reads it. */
export interface Feed {
  readonly name: string;
  readonly entity: string;
  readonly source: OpenSource;
  readonly pipelines: readonly Pipeline[];
  readonly needs: Needs;
  readonly overlapMs: number;
}

export interface FeedReading {
  readonly owner: string;
  readonly leaseMs: number;
  readonly signal: AbortSignal;
  /** Run that opens the entries of a pipeline, if one is under way. */
  run(pipeline: string): number | null;
  /** A page was enqueued: its records may be carried to the batch that maps them. */
  enqueued(page: {
    readonly result: Enqueued;
    readonly records: ReadonlyMap<string, SourceRecord>;
    readonly readNumber: number;
    readonly seen: number;
  }): void;
}

export type FeedResult = 'complete' | 'busy' | 'overtaken' | 'stopped';

/**
 * Reads a feed from its cursor to its present end. Each page is enqueued together with the cursor that
 * follows it, in one statement: a process that dies in between reads the page again, and a second
 * reader that slipped in loses the compare-and-set and writes nothing (rule 16). A source that fails
 * throws out of here with the cursor where it was.
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
  let { cursor, moves, position } = taken;
  const keepFeed = feedKeeper(sql, feed.name, taken.leaseToken, reading.leaseMs);
  while (!reading.signal.aborted) {
    if (!(await keepFeed())) return 'overtaken';
    const readNumber = await nextReadNumber(sql);
    const page = await feed.source.changes(feed.entity, cursor, { needs: feed.needs, overlapMs: feed.overlapMs, signal: reading.signal });
    const result = await enqueue(sql, {
      cause: 'delta',
      entries: routeChanges(page.changes, feed.pipelines),
      hold: position,
      pass: null,
      run: feed.pipelines[0] ? reading.run(feed.pipelines[0].name) : null,
      move: { feed: feed.name, expectedMoves: moves, leaseToken: taken.leaseToken, cursor: page.cursor, position: page.position },
    });
    if (!result.moved) return 'overtaken';
    reading.enqueued({ result, records: recordsOf(page.changes), readNumber, seen: page.changes.length });
    if (page.done) return 'complete';
    cursor = page.cursor;
    moves += 1;
    position = page.position ?? position;
  }
  return 'stopped';
}

function recordsOf(changes: readonly { readonly key: string; readonly record?: SourceRecord }[]): Map<string, SourceRecord> {
  return new Map(changes.flatMap((change) => (change.record ? [[change.key, change.record] as const] : [])));
}
