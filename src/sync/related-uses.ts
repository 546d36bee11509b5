import type { Pipeline } from '../mapping/pipeline.js';
import type { NewEntry } from '../queue/entry.js';
import { enqueue } from '../queue/sql/enqueue.js';
import { noticedSince } from '../queue/sql/related-changes.js';
import { addRelatedUses, keepRelatedUses, type RelatedUse } from '../queue/sql/related-uses.js';
import type { BatchReport, PlannedBatch } from './batch.js';
import type { Read } from './fetch-newest.js';
import { relatedFeedName, type PipelineContext } from './pipeline-context.js';

/**
 * Writes down what the records of a batch use of the source. A record that was read before a change of what it uses was
 * noticed is queued again, and what is made of it now settles nothing: nobody knew of its use then, so that it was not found by
 * that change; or it was found while its entry waited with a record that had been read with the page which announced it. What
 * was read after the claim (`claimedAt`) and found is under lease, and goes round once more by itself.
 */
export async function writeDownRelated(
  context: PipelineContext,
  reads: ReadonlyMap<string, Read>,
  claimedAt: number,
): Promise<RelatedUse[]> {
  const { pipeline, sql } = context;
  if (!usesOthers(pipeline)) return [];
  const uses = [...reads].flatMap(([entityKey, { evidence }]) =>
    evidence.kind === 'record'
      ? pipeline.uses(evidence.record).map(({ entity, key }) => ({ entityKey, pipeline: relatedFeedName(pipeline, entity), key }))
      : [],
  );
  const added = await addRelatedUses(sql, pipeline.name, uses);
  const readNumberOf = ({ entityKey }: RelatedUse): number => reads.get(entityKey)?.readNumber ?? 0;
  const carried = uses.filter((use) => readNumberOf(use) < claimedAt);
  const late = await noticedSince(
    sql,
    [...added, ...carried].map((use) => ({ ...use, readNumber: readNumberOf(use) })),
  );
  const entries = late.map((key): NewEntry => ({
    pipeline: pipeline.name,
    key,
    kind: 'updated',
    version: null,
    priority: 0,
    changedFields: [],
  }));
  if (entries.length > 0) await enqueue(sql, { cause: 'reference', entries, hold: null, pass: null, run: null, move: null });
  return uses;
}

const closing: readonly BatchReport['finished'][number]['result'][] = ['settled', 'unchanged', 'removed'];

/** Forgets what is not used any more, of entities that were settled by what was read: a late worker's word is none. */
export async function forgetFormerUses(context: PipelineContext, { related }: PlannedBatch, report: BatchReport): Promise<void> {
  if (!usesOthers(context.pipeline)) return;
  const settled = report.finished.flatMap(({ key, result }) => (closing.includes(result) ? [key] : []));
  await keepRelatedUses(
    context.sql,
    context.pipeline.name,
    settled,
    related.filter(({ entityKey }) => settled.includes(entityKey)),
  );
}

function usesOthers({ related, inherits }: Pick<Pipeline, 'related' | 'inherits'>): boolean {
  return related.length + inherits.length > 0;
}
