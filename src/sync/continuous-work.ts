import { addCounts } from './runs/run-log.js';
import { countsByRun } from './runs/count-batch.js';
import { watermark } from '../queue/sql/watermark.js';
import type { OpenProject } from './open-project.js';
import { pause } from './pause.js';
import { runWorker } from './sync-worker.js';

/** An idle worker looks for work so often. */
const idleMs = 500;
/** So often, once nothing is left to do, it looks after what nobody queued: answers that were lost (`verifyDoubt`). */
const roundMs = 10_000;
/** The last sync time moves at most so often while batches go by. */
const lastSyncMs = 1_000;
const longestPauseMs = 60_000;

/**
 * Delivers what is queued for one pipeline, all the time, until the signal says stop; what is under way is
 * finished then. A connection that cannot be used is tried again, with pauses that grow to a minute.
 */
export async function workContinuously(project: OpenProject, name: string, signal: AbortSignal): Promise<void> {
  const context = project.context(name);
  for (let failures = 0; !signal.aborted;) {
    try {
      await project.provision(context, signal);
      await workARound(project, name, signal);
      failures = 0;
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
  const moveLastSync = throttled(lastSyncMs, () => watermark(sql, name, project.feed(context).name));
  await runWorker(context, {
    worker: owner,
    leaseMs,
    idleMs,
    signal,
    finished: () => Promise.resolve(performance.now() > ends),
    report: async (report) => {
      for (const [run, counts] of countsByRun(report)) await addCounts(sql, run, counts);
      await moveLastSync();
    },
  });
  await watermark(sql, name, project.feed(context).name);
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
