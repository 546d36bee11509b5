import type { BatchReport } from '../batch.js';
import type { RunCounts } from './run-counts.js';

/** Adds what a batch came to. */
export function countBatch(counts: RunCounts, report: BatchReport): void {
  for (const { result } of report.finished) if (result !== 'lost') counts[result] += 1;
  for (const outcome of report.outcomes) {
    if (outcome.kind === 'rejected' || outcome.kind === 'conflict') counts.documents.rejected += 1;
    if (outcome.kind !== 'written') continue;
    counts.documents.written += 1;
    counts.documents.warnings += outcome.warnings?.length ?? 0;
    if (outcome.created) counts.documents.created += 1;
    if (outcome.adopted) counts.documents.adopted += 1;
  }
}
