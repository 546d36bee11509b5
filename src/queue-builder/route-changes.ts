import type { Change } from '../model/change.js';
import type { Pipeline } from '../mapping/pipeline.js';
import type { NewEntry } from '../queue/entry.js';
import { isWatched } from './is-watched.js';

/** One page of a feed, as entries of every pipeline that reads it. What appears and what goes is watched by everybody. */
export function routeChanges(changes: readonly Change[], pipelines: readonly Pick<Pipeline, 'name' | 'queue'>[]): NewEntry[] {
  return pipelines.flatMap(({ name, queue }) =>
    changes.map((change) => ({
      pipeline: name,
      key: change.key,
      kind: change.kind,
      version: change.version,
      priority: queue.priority[change.kind],
      changedFields: change.changedFields ?? [],
      unwatched: change.kind === 'updated' && !isWatched(change.changedFields ?? [], queue.watch),
    })),
  );
}
