import type { ClaimedEntry } from '../queue/entry.js';
import type { Evidence } from './decide-entry.js';
import type { PipelineContext } from './pipeline-context.js';

/** What the source says of an entry, and how fresh that is. */
export interface Read {
  readonly evidence: Evidence;
  readonly readNumber: number;
}

/**
 * The newest record of every entry of a batch: the one that was carried along from the page that
 * announced exactly this revision, or else one fetch for all the rest. `readNumber` is from after the
 * claim and from before the fetch.
 */
export async function fetchNewest(
  context: PipelineContext,
  entries: readonly ClaimedEntry[],
  readNumber: number,
  signal: AbortSignal,
): Promise<Map<string, Read>> {
  const reads = new Map<string, Read>();
  const missing: string[] = [];
  for (const entry of entries) {
    const carried = context.carried.take(entry.pipeline, entry.key, entry.revision);
    if (carried) reads.set(entry.key, { evidence: { kind: 'record', record: carried.record }, readNumber: carried.readNumber });
    else missing.push(entry.key);
  }
  for (const [key, evidence] of await fetchKeys(context, missing, signal)) reads.set(key, { evidence, readNumber });
  return reads;
}

/** Evidence for each of these keys, read now. */
export async function fetchKeys(context: PipelineContext, keys: readonly string[], signal: AbortSignal): Promise<Map<string, Evidence>> {
  const found = new Map<string, Evidence>(keys.map((key) => [key, { kind: 'nothing' }]));
  const { pipeline, source, sourceMaxKeys } = context;
  for (let start = 0; start < keys.length; start += sourceMaxKeys) {
    const chunk = keys.slice(start, start + sourceMaxKeys);
    const answer = await source.fetch(pipeline.source.entity, chunk, { needs: pipeline.needs, signal });
    for (const key of answer.absent) if (found.has(key)) found.set(key, { kind: 'absent' });
    for (const record of answer.records) if (found.has(record.key)) found.set(record.key, { kind: 'record', record });
  }
  return found;
}
