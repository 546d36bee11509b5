import { readChanges, type Feed } from '../queue-builder/read-changes.js';
import type { OpenProject } from './open-project.js';

/** What changed of all that records show beside themselves. Where another process reads one of these feeds, it queues our users too. */
export async function readRelated({ sql, owner, leaseMs }: OpenProject, feeds: readonly Feed[], signal: AbortSignal): Promise<void> {
  for (const feed of feeds) await readChanges(sql, feed, { owner, leaseMs, signal, runs: new Map(), enqueued: () => undefined });
}

/** Reads them from now on, where nobody does yet. */
export async function subscribeRelated(project: OpenProject, feeds: readonly Feed[], signal: AbortSignal): Promise<void> {
  for (const feed of feeds) if (!(await project.isSubscribed(feed))) await readRelated(project, [feed], signal);
}
