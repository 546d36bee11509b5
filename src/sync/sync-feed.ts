import { inLogContext } from '../logging/log-context.js';
import type { Feed } from '../queue-builder/read-changes.js';
import { duringRun, type BegunRun } from './journey.js';
import { listen } from './listen.js';
import { moveLastSync } from './move-last-sync.js';
import { betweenTriesMs } from './once-free.js';
import type { OpenProject } from './open-project.js';
import { readFeed, type ServedRun } from './read-feed.js';
import { readRelated } from './read-related.js';
import { noCounts, type RunCounts } from './runs/run-counts.js';
import { addCounts, endOfRun, finishRun, startRun, type RunEnd, type RunTrigger } from './runs/run-log.js';
import { aliveMs, RunWatch } from './runs/run-watch.js';

export interface FeedSyncRequest {
  /** All of one feed. */
  readonly pipelines: readonly string[];
  readonly trigger: RunTrigger;
  /** The time of each one's schedule. */
  readonly slots?: ReadonlyMap<string, Date>;
  readonly signal: AbortSignal;
  /** How long to go on listening where the source can wait for changes (long polling), milliseconds; null: not at all. */
  readonly listenMs: number | null;
}

export interface FeedSyncResult extends RunEnd {
  readonly runs: readonly { readonly pipeline: string; readonly run: number; readonly counts: RunCounts }[];
  readonly durationMs: number;
}

/** One delta of several pipelines that read the same feed: a run of each, and one reading for all of them. It only queues. */
export async function syncFeed(project: OpenProject, request: FeedSyncRequest): Promise<FeedSyncResult> {
  const { sql, owner, leaseMs } = project;
  const { listenMs, pipelines } = request;
  const [first = ''] = pipelines;
  const feed = project.feed(project.context(first));
  const began = performance.now();
  const served = new Map<string, ServedRun>();
  for (const pipeline of pipelines) {
    const slot = request.slots?.get(pipeline);
    const after = project.context(pipeline).pipeline.hasAfter;
    const run = {
      pipeline,
      kind: 'delta',
      trigger: request.trigger,
      owner,
      slot,
      feed: feed.name,
      aliveMs: aliveMs(leaseMs),
      after,
    } as const;
    served.set(pipeline, { run: await startRun(sql, run), counts: noCounts() });
  }
  const watch = new RunWatch(
    project,
    [...served.values()].map(({ run }) => run),
  );
  const signal = AbortSignal.any([request.signal, watch.signal]);
  const read = async (): Promise<null> => {
    if (listenMs === null) await readFeed(project, feed, served, { signal });
    else {
      // Renewed before each wait, the lease outlasts it and what is read after it.
      const patience = { forMs: listenMs, longestWaitMs: leaseMs / 3, betweenMs: betweenTriesMs(leaseMs) * 2, signal };
      await listen((waitMs) => readFeed(project, feed, served, { signal, waitMs }), patience);
    }
    await readRelated(project, relatedFeeds(project, pipelines), signal);
    return null;
  };
  // What is read for several belongs to none of them.
  const [alone] = served.size === 1 ? served : [];
  const about = alone ? { pipeline: alone[0], run: alone[1].run } : {};
  const work = (): Promise<null> => watch.phases.during('reading', read);
  const begun: BegunRun = { pipelines, runs: [...served.values()].map(({ run }) => run), kind: 'delta', trigger: request.trigger };
  const { journey } = project.context(first);
  const end = await inLogContext({ connection: feed.connection, ...about }, () =>
    duringRun(journey, begun, () => endOfRun(work(), signal, watch)),
  );
  watch.stop();
  for (const [pipeline, { run, counts }] of served) {
    await addCounts(sql, run, counts);
    await finishRun(sql, run, end, feed.name, watch.phases.all);
    journey.ran?.({ pipeline, kind: 'delta', state: end.state, tookMs: performance.now() - began });
    await moveLastSync(project, project.context(pipeline), request.signal);
  }
  const runs = [...served].map(([pipeline, { run, counts }]) => ({ pipeline, run, counts }));
  return { ...end, runs, durationMs: Math.round(performance.now() - began) };
}

/** Each once, however many of these pipelines use it. */
function relatedFeeds(project: OpenProject, pipelines: readonly string[]): Feed[] {
  const feeds = pipelines.flatMap((pipeline) => project.relatedFeeds(project.context(pipeline)));
  return [...new Map(feeds.map((feed) => [feed.name, feed])).values()];
}
