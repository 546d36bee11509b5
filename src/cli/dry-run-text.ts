import type { DryRun } from '../sync/dry-run/dry-run.js';
import type { FieldChange, ForeseenDocument, Remark } from '../sync/dry-run/foreseen.js';

/** A dry run for a person: a line a document, what changes indented below it, and the totals at the end. */
export function dryRunAsText({ pipeline, kind, documents, totals, message }: DryRun): string {
  const counts = [
    `${totals.seen} seen`,
    `${totals.create} to create`,
    `${totals.update} to update`,
    `${totals.unchanged} unchanged`,
    `${totals['take-down']} to take down`,
    `${totals.rejected} rejected`,
    `${totals.waits} waiting`,
  ];
  const total = `${pipeline}: dry run of a ${kind}, nothing was sent: ${counts.join(', ')}`;
  return [...documents.flatMap(dryRunLines), total, ...(message === null ? [] : [message])].join('\n');
}

/** What would be done with one document. */
export function dryRunLines({ action, document, entity, fields, reasons, notes }: ForeseenDocument): string[] {
  return [
    `${action.padEnd(10)} ${document ?? entity}`,
    // A creation sends every field: that is said by the word.
    ...(action === 'update' || action === 'waits' ? fields.map(changeOf) : []),
    ...reasons.map((reason) => remarkOf('because', reason)),
    ...notes.map((note) => remarkOf('note', note)),
  ];
}

function changeOf({ field, before, after }: FieldChange): string {
  return `           ${field}: ${before ?? '–'} → ${after ?? '–'}`;
}

function remarkOf(word: string, { field, code, message }: Remark): string {
  return `           ${word} ${code}${field === null ? '' : ` (${field})`}: ${message}`;
}
