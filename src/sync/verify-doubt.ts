import { takeUpDoubt } from '../mirror/sql/take-up-doubt.js';
import type { NewEntry } from '../queue/entry.js';
import { enqueue } from '../queue/sql/enqueue.js';
import type { PipelineContext } from './pipeline-context.js';

/**
 * Queues what the shop may hold otherwise than the mirror says and nobody is about to send: rows whose
 * lease was lost after the send, once the shop can no longer be working on it, and rows whose address was
 * taken over (rules 4, 19). They are read again and sent whole, or taken down again.
 */
export async function verifyDoubt(context: PipelineContext): Promise<number> {
  const { pipeline, sql } = context;
  const found = await takeUpDoubt(sql, pipeline.name);
  if (found.length === 0) return 0;
  const entries = found.map(({ entityKey, gone }): NewEntry => ({
    pipeline: pipeline.name,
    key: entityKey,
    kind: gone ? 'deleted' : 'updated',
    version: null,
    priority: 0,
    changedFields: [],
  }));
  await enqueue(sql, { cause: 'manual', entries, hold: null, pass: null, run: null, move: null });
  return found.length;
}
