import type { Command } from 'commander';
import Table from 'cli-table3';
import { QueueService } from '../../queue/queue-service.js';
import type { EntryPage, ListedEntry } from '../../queue/sql/list-entries.js';
import { wholeNumber } from '../whole-number.js';
import { withDatabase } from '../with-database.js';
import { writeResult } from '../write-result.js';
import { addFilterOptions, filterOf, type FilterOptions } from './filter-options.js';

interface ListOptions extends FilterOptions {
  readonly limit: string;
  readonly after?: string;
  readonly json?: boolean;
}

export function addListCommand(queue: Command): void {
  addFilterOptions(queue.command('list', { isDefault: true }).description('entries in the order in which they are claimed'))
    .option('--limit <count>', 'how many at most', '100')
    .option('--after <cursor>', 'go on where a list before this one ended: its `next`')
    .option('--json', 'print one JSON object: entries, next')
    .action(async (options: ListOptions) => {
      const request = { ...filterOf(options), limit: wholeNumber('--limit', options.limit), cursor: options.after };
      writeResult(await withDatabase((sql) => new QueueService(sql).list(request)), options.json, asTable);
    });
}

function asTable({ entries, next }: EntryPage): string {
  if (entries.length === 0) return 'No entry is like this.';
  const table = new Table({ head: ['pipeline', 'key', 'state', 'kind', 'since', 'attempts', 'error'], style: { head: [], border: [] } });
  for (const entry of entries)
    table.push([entry.pipeline, entry.key, entry.state, entry.kind, entry.enqueuedAt.toISOString(), entry.attempts, errorText(entry)]);
  return next === null ? table.toString() : `${table.toString()}\nThere are more: --after ${next}`;
}

/** Why an entry stands where it stands, in a line. */
export function errorText({ errorCode, errorField, errorMessage }: ListedEntry): string {
  return errorCode ? `${errorCode}${errorField ? ` (${errorField})` : ''}: ${errorMessage ?? ''}` : '-';
}
