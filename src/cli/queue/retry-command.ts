import type { Command } from 'commander';
import { QueueService } from '../../queue/queue-service.js';
import { retriable } from '../../queue/sql/retry-entries.js';
import { whoAmI } from '../who-am-i.js';
import { withDatabase } from '../with-database.js';
import { writeResult } from '../write-result.js';
import { addFilterOptions, type FilterOptions } from './filter-options.js';
import { groupOf } from './group-of.js';

export function addRetryCommand(queue: Command): void {
  addFilterOptions(queue.command('retry').description('try entries again that are dead, absent, parked or waiting'), retriable)
    .option('--all', 'all of them, where nothing else narrows it down')
    .option('--json', 'print one JSON object: retried')
    .action(async (options: FilterOptions & { readonly all?: boolean; readonly json?: boolean }) => {
      const filter = groupOf(options);
      const retried = await withDatabase((sql) => new QueueService(sql).retry(filter, whoAmI()));
      writeResult({ retried }, options.json, () => `${retried} entries are tried again`);
    });
}
