import { hearsSettled } from '../connectors/contract/index.js';
import { settledPosition } from '../queue/sql/settled-position.js';
import { watermark, type Watermark } from '../queue/sql/watermark.js';
import type { OpenProject } from './open-project.js';
import type { PipelineContext } from './pipeline-context.js';

/**
 * Moves the last sync time of a pipeline, and tells the source how far all who read its feed have settled. A source that
 * cannot be told now is told the next time: what was delivered is delivered.
 */
export async function moveLastSync(project: OpenProject, context: PipelineContext, signal: AbortSignal): Promise<Watermark> {
  const feed = project.feed(context);
  const moved = await watermark(project.sql, context.pipeline.name, feed.name);
  if (!hearsSettled(feed.source) || signal.aborted) return moved;
  const names = feed.pipelines.map(({ name }) => name);
  const position = await settledPosition(project.sql, names);
  const told = project.toldSettled.get(feed.name);
  if (position === null || (told !== undefined && told >= position)) return moved;
  try {
    await feed.source.settled(feed.entity, position, signal);
    project.toldSettled.set(feed.name, position);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.log.warn('the source could not be told what is settled', { feed: feed.name, reason });
  }
  return moved;
}
