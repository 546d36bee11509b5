import type { BatchReport, FinishedEntry } from '../batch.js';
import { noCounts, type RunCounts } from './run-counts.js';

/** Adds what a batch came to, whichever run queued its entries. */
export function countBatch(counts: RunCounts, report: BatchReport): void {
  for (const entry of report.finished) countEntry(counts, entry);
}

/** What a batch came to for each run that queued something of it. */
export function countsByRun(report: BatchReport): Map<number, RunCounts> {
  const byRun = new Map<number, RunCounts>();
  for (const entry of report.finished) {
    if (entry.run === null) continue;
    const counts = byRun.get(entry.run) ?? noCounts();
    byRun.set(entry.run, counts);
    countEntry(counts, entry);
  }
  return byRun;
}

function countEntry(counts: RunCounts, { result, outcomes }: FinishedEntry): void {
  if (result !== 'lost') counts[result] += 1;
  for (const outcome of outcomes) {
    if (outcome.kind === 'rejected' || outcome.kind === 'conflict') counts.documents.rejected += 1;
    if (outcome.kind !== 'written') continue;
    counts.documents.written += 1;
    counts.documents.warnings += outcome.warnings?.length ?? 0;
    if (outcome.created) counts.documents.created += 1;
    if (outcome.adopted) counts.documents.adopted += 1;
  }
}
