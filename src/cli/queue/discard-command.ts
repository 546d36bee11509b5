import type { Command } from 'commander';
import { QueueService } from '../../queue/queue-service.js';
import { discardable } from '../../queue/sql/discard-entries.js';
import { whoAmI } from '../who-am-i.js';
import { withDatabase } from '../with-database.js';
import { writeResult } from '../write-result.js';
import { addFilterOptions, type FilterOptions } from './filter-options.js';
import { groupOf } from './group-of.js';

export function addDiscardCommand(queue: Command): void {
  addFilterOptions(queue.command('discard').description('take entries out of the queue that are dead, absent or held'), discardable)
    .option('--all', 'all of them, where nothing else narrows it down')
    .option('--json', 'print one JSON object: discarded')
    .action(async (options: FilterOptions & { readonly all?: boolean; readonly json?: boolean }) => {
      const filter = groupOf(options);
      const discarded = await withDatabase((sql) => new QueueService(sql).discard(filter, whoAmI()));
      writeResult({ discarded }, options.json, () => `${discarded} entries are discarded`);
    });
}
