import { Option, type Command } from 'commander';
import Table from 'cli-table3';
import { listEntries, type ListedEntry } from '../queue/sql/list-entries.js';
import { entryStates, type EntryState } from '../queue/sql/open-counts.js';
import { withDatabase } from './with-database.js';

interface QueueOptions {
  readonly pipeline?: string;
  readonly state?: EntryState;
  readonly key?: string;
  readonly limit: string;
  readonly json?: boolean;
}

export function addQueueCommand(program: Command): void {
  program
    .command('queue')
    .description('entries in the order in which they are claimed')
    .option('--pipeline <name>', 'of one pipeline')
    .addOption(new Option('--state <state>', 'in one state').choices(entryStates))
    .option('--key <key>', 'of one entity')
    .option('--limit <count>', 'how many at most', '100')
    .option('--json', 'print one JSON array')
    .action(async (options: QueueOptions) => {
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1) throw new Error(`--limit takes a whole number from 1 on, not "${options.limit}"`);
      const entries = await withDatabase((sql) => listEntries(sql, { ...options, limit }));
      process.stdout.write(options.json ? `${JSON.stringify(entries, null, 2)}\n` : `${asTable(entries)}\n`);
    });
}

function asTable(entries: readonly ListedEntry[]): string {
  if (entries.length === 0) return 'The queue is empty.';
  const table = new Table({ head: ['pipeline', 'key', 'state', 'kind', 'since', 'attempts', 'error'], style: { head: [], border: [] } });
  for (const entry of entries) {
    const error = entry.errorCode
      ? `${entry.errorCode}${entry.errorField ? ` (${entry.errorField})` : ''}: ${entry.errorMessage ?? ''}`
      : '-';
    table.push([entry.pipeline, entry.key, entry.state, entry.kind, entry.enqueuedAt.toISOString(), entry.attempts, error]);
  }
  return table.toString();
}
