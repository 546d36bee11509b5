import { inLogContext } from '../logging/log-context.js';
import { addCounts } from './runs/run-log.js';
import { countsByRun } from './runs/count-batch.js';
import { tellFirstLoad } from './first-load/tell-first-load.js';
import { judgeCollected } from './judge-collected.js';
import { moveLastSync } from './move-last-sync.js';
import type { Feed } from '../queue-builder/read-changes.js';
import { markingOf } from '../queue-builder/marks.js';
import type { OpenProject } from './open-project.js';
import { pause } from './pause.js';
import { takeOff } from './take-off.js';
import { runWorker } from './sync-worker.js';

/** An idle worker looks for work so often. */
const idleMs = 500;
/** So often, once nothing is left to do, it looks after what nobody queued: answers that were lost (`verifyDoubt`). */
const roundMs = 10_000;
/** The last sync time moves at most so often while batches go by. */
const lastSyncMs = 1_000;
/** What runs remove is judged at most so often. */
const judgeMs = 1_000;
const longestPauseMs = 60_000;

/** So often the marks are looked after that sources want to have taken off. */
const marksMs = 1_000;

/** Delivers what is queued for all pipelines, until the signal says stop. */
export async function workOnAll(project: OpenProject, signal: AbortSignal): Promise<void> {
  const marked = project.feeds.filter((feed) => markingOf(feed) === 'after-settlement');
  await Promise.all([
    ...project.pipelines.map((pipeline) => inLogContext({ pipeline }, () => workContinuously(project, pipeline, signal))),
    ...marked.map((feed) => takeOffContinuously(project, feed, signal)),
  ]);
}

/** Takes off the marks of what is settled, all the time; a source that does not take it is asked again, with pauses that grow to a minute. */
async function takeOffContinuously(project: OpenProject, feed: Feed, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    const went = await takeOff(project, feed, signal);
    failures = went ? 0 : failures + 1;
    await pause(Math.min(marksMs * 2 ** failures, longestPauseMs), signal);
  }
}

/**
 * Delivers what is queued for one pipeline, all the time, until the signal says stop; what is under way is
 * finished then. A connection that cannot be used is tried again, with pauses that grow to a minute.
 */
async function workContinuously(project: OpenProject, name: string, signal: AbortSignal): Promise<void> {
  const context = project.context(name);
  // Of what was never read whole nobody knows when that begins.
  let firstLoad = true;
  for (let failures = 0; !signal.aborted;) {
    try {
      await project.provision(context, signal);
      await workARound(project, name, signal);
      failures = 0;
      if (firstLoad) firstLoad = (await tellFirstLoad(project.sql, project.log, name)) || (await project.isFirstLoad(name));
    } catch (error) {
      if (signal.aborted) return;
      const waitMs = Math.min(1_000 * 2 ** failures, longestPauseMs);
      failures += 1;
      project.log.error('nothing can be delivered', {
        pipeline: name,
        error: error instanceof Error ? error.message : String(error),
        waitMs,
      });
      await pause(waitMs, signal);
    }
  }
}

async function workARound(project: OpenProject, name: string, signal: AbortSignal): Promise<void> {
  const { sql, owner, leaseMs } = project;
  const context = project.context(name);
  const ends = performance.now() + roundMs;
  const lastSync = throttled(lastSyncMs, () => moveLastSync(project, context, signal));
  const judge = throttled(judgeMs, () => judgeCollected(context));
  await runWorker(context, {
    worker: owner,
    leaseMs,
    idleMs,
    signal,
    finished: async () => {
      await judge();
      return performance.now() > ends;
    },
    report: async (report) => {
      for (const [run, counts] of countsByRun(report)) await addCounts(sql, run, counts);
      await lastSync();
      await judge();
    },
  });
  await moveLastSync(project, context, signal);
}

/** Does it at most so often; a call in between is left out. */
function throttled(everyMs: number, work: () => Promise<unknown>): () => Promise<void> {
  let last = -Infinity;
  return async () => {
    if (performance.now() - last < everyMs) return;
    last = performance.now();
    await work();
  };
}
