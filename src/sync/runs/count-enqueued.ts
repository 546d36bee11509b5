import type { Enqueued } from '../../queue/entry.js';
import type { RunCounts } from './run-counts.js';

/** Adds what became of a page for one pipeline: seen = enqueued + coalesced + filtered (S15). */
export function countEnqueued(counts: RunCounts, pipeline: string, { counts: byPipeline }: Pick<Enqueued, 'counts'>): void {
  const own = byPipeline.get(pipeline);
  counts.enqueued += own?.enqueued ?? 0;
  counts.coalesced += own?.coalesced ?? 0;
  counts.filtered += own?.filtered ?? 0;
}
