import type { DryRun } from '../dry-run/dry-run.js';

const longestDocuments = 500;
const longestFields = 50;
const longestMessage = 500;

/** What is kept of a dry run: all of its figures, and of its documents the first that a sync would do something about. */
export function boundedDryRun({ documents, totals, message }: DryRun) {
  const told = [...documents].sort((one, other) => Number(one.action === 'unchanged') - Number(other.action === 'unchanged'));
  const kept = told.slice(0, longestDocuments).map((one) => ({
    ...one,
    fields: one.fields.slice(0, longestFields),
    fieldsLeftOut: Math.max(0, one.fields.length - longestFields),
    reasons: one.reasons.slice(0, 10).map((reason) => ({ ...reason, message: reason.message.slice(0, longestMessage) })),
    notes: one.notes.slice(0, 10).map((note) => ({ ...note, message: note.message.slice(0, longestMessage) })),
  }));
  return { totals, message, documents: kept, documentsLeftOut: documents.length - kept.length };
}
