import type { Command } from 'commander';
import { QueueService } from '../../queue/queue-service.js';
import { discardable } from '../../queue/sql/discard-entries.js';
import { RemovalService } from '../../removals/removal-service.js';
import { addDestructiveOption, confirmDestructive, type DestructiveOptions } from '../confirm-destructive.js';
import { whoAmI } from '../who-am-i.js';
import { wholeNumber } from '../whole-number.js';
import { withDatabase } from '../with-database.js';
import { writeResult } from '../write-result.js';
import { addFilterOptions, filterOf, type FilterOptions } from './filter-options.js';
import { groupOf } from './group-of.js';
import { Refusal } from '../../model/refusal.js';

interface DiscardOptions extends FilterOptions {
  readonly all?: boolean;
  readonly held?: string;
  readonly json?: boolean;
}

export function addDiscardCommand(queue: Command): void {
  const command = queue.command('discard').description('take entries out of the queue that are dead, absent or held');
  addDestructiveOption(addFilterOptions(command, discardable))
    .option('--all', 'all of them, where nothing else narrows it down')
    .option('--held <set>', 'the removals of a set that `queue held` shows: nothing of it is removed')
    .option('--json', 'print one JSON object: discarded')
    .action(async ({ environment, ...options }: DiscardOptions & DestructiveOptions) => {
      await confirmDestructive('Entries are taken out of the queue', { environment });
      const discarded = options.held === undefined ? await discardGroup(options) : await discardSet(options.held, options);
      writeResult({ discarded }, options.json, () => `${discarded} entries are discarded`);
    });
}

async function discardGroup(options: DiscardOptions): Promise<number> {
  const filter = groupOf(options);
  return withDatabase((sql) => new QueueService(sql).discard(filter, whoAmI()));
}

async function discardSet(set: string, { all, ...options }: DiscardOptions): Promise<number> {
  if (all || Object.keys(filterOf(options)).length > 0)
    throw new Refusal('wrong', '--held names a set as a whole: it goes with no other option');
  const number = wholeNumber('--held', set);
  return withDatabase((sql) => new RemovalService(sql).discard(number, whoAmI()));
}
