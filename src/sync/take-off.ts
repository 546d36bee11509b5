import { takeOffSettled } from '../queue-builder/marks.js';
import type { Feed } from '../queue-builder/read-changes.js';
import type { OpenProject } from './open-project.js';

/** Takes off the marks of what is settled; false where the source did not take it, which keeps nothing else from going on. */
export async function takeOff({ sql, log }: OpenProject, feed: Feed, signal: AbortSignal): Promise<boolean> {
  try {
    await takeOffSettled(sql, feed, signal);
    return true;
  } catch (error) {
    if (!signal.aborted)
      log.warn('marks could not be taken off in the source', {
        feed: feed.name,
        reason: error instanceof Error ? error.message : String(error),
      });
    return false;
  }
}
