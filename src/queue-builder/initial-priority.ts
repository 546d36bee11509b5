/** So many minutes, a week, a first load stands behind what changes meanwhile: longer than one takes, and not for ever. */
const behindMinutes = 7 * 24 * 60;

/**
 * The priority of what a pipeline's first load queues: a week below the lowest that anything else of it has, so that whatever
 * changes while the load runs is claimed first, and what has waited for a week is not put off any longer.
 */
export function initialPriority(priority: { readonly created: number; readonly updated: number; readonly deleted: number }): number {
  return Math.min(0, priority.created, priority.updated, priority.deleted) - behindMinutes;
}
