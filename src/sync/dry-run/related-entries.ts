import type { ClaimedEntry } from '../../queue/entry.js';
import { asClaimed } from '../../queue/sql/foresee.js';
import { usersOf } from '../../queue/sql/references.js';
import type { OpenProject } from '../open-project.js';
import type { PipelineContext } from '../pipeline-context.js';
import { foreseenPages } from './foreseen-pages.js';

/** Records of the pipeline whose related entities changed since they were looked at, as if they were claimed. Writes nothing. */
export async function relatedEntries(project: OpenProject, context: PipelineContext, signal: AbortSignal): Promise<ClaimedEntry[]> {
  const { pipeline, sql } = context;
  const keys = new Set<string>();
  for (const feed of project.relatedFeeds(context)) {
    for await (const page of foreseenPages(sql, feed, signal)) {
      const users = await usersOf(
        sql,
        page.changes.map(({ key }) => ({ pipeline: feed.name, key })),
      );
      for (const user of users) if (user.pipeline === pipeline.name) keys.add(user.key);
    }
  }
  return [...keys].map((key) =>
    asClaimed({ pipeline: pipeline.name, key, kind: 'updated', version: null, priority: 0, changedFields: [] }, 'reference'),
  );
}
