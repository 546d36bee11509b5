/** So many minutes, a week, a first load stands behind what changes meanwhile: longer than one takes, and not for ever. */
const behindMinutes = 7 * 24 * 60;

/** So many minutes, a day, the second pass of a first load stands behind the first. */
const secondBehindMinutes = 24 * 60;

/**
 * The priority of what a pipeline's first load queues: a week below the lowest that anything else of it has, so that whatever
 * changes while the load runs is claimed first, and what has waited for a week is not put off any longer.
 */
export function initialPriority(priority: { readonly created: number; readonly updated: number; readonly deleted: number }): number {
  return Math.min(0, priority.created, priority.updated, priority.deleted) - behindMinutes;
}

/**
 * The priority of what a first load has sent already and sends once more, because something it refers to weakly has come to
 * stand in the shop since: after the load, when all of that is there. Each would be sent again for every record that it refers to otherwise.
 */
export function secondPassPriority(priority: Parameters<typeof initialPriority>[0]): number {
  return initialPriority(priority) - secondBehindMinutes;
}
