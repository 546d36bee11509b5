import type { Change } from '../model/change.js';
import type { Pipeline } from '../mapping/pipeline.js';
import type { NewEntry } from '../queue/entry.js';

/** One page of a feed, as entries of every pipeline that reads it. */
export function routeChanges(changes: readonly Change[], pipelines: readonly Pick<Pipeline, 'name' | 'queue'>[]): NewEntry[] {
  return pipelines.flatMap((pipeline) =>
    changes.map((change) => ({
      pipeline: pipeline.name,
      key: change.key,
      kind: change.kind,
      version: change.version,
      priority: pipeline.queue.priority[change.kind],
      changedFields: change.changedFields ?? [],
    })),
  );
}
