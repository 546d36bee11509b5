import { readChanges, type Feed } from '../queue-builder/read-changes.js';
import { onceFree } from './once-free.js';
import type { OpenProject } from './open-project.js';
import { countEnqueued } from './runs/count-enqueued.js';
import type { RunCounts } from './runs/run-counts.js';

/** A run that a reading of its feed serves. */
export interface ServedRun {
  readonly run: number;
  readonly counts: RunCounts;
}

export interface FeedRequest {
  readonly signal: AbortSignal;
  /** See `FeedReading`. */
  readonly waitMs?: number;
  seen?(page: { readonly seen: number }): void;
}

/** Reads a feed to its end, once for every run it serves; what it finds is queued for all pipelines that read it. Answers how many changes it saw. */
export async function readFeed(
  project: OpenProject,
  feed: Feed,
  served: ReadonlyMap<string, ServedRun>,
  { signal, waitMs, seen }: FeedRequest,
): Promise<number> {
  const { sql, owner, leaseMs } = project;
  let found = 0;
  const reading = {
    owner,
    leaseMs,
    signal,
    runs: new Map([...served].map(([pipeline, { run }]) => [pipeline, run])),
    ...(waitMs === undefined ? {} : { waitMs }),
    enqueued: (page: Parameters<Parameters<typeof readChanges>[2]['enqueued']>[0]): void => {
      for (const { name } of feed.pipelines) project.context(name).carried.putPage(name, page);
      for (const [pipeline, { counts }] of served) {
        counts.seen += page.seen;
        countEnqueued(counts, pipeline, page.result);
      }
      found += page.seen;
      seen?.(page);
    },
  };
  await onceFree(
    { leaseMs, signal },
    () => readChanges(sql, feed, reading),
    (state) => state,
  );
  return found;
}
