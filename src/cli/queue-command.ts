import type { Command } from 'commander';
import { addDiscardCommand } from './queue/discard-command.js';
import { addHeldCommand } from './queue/held-command.js';
import { addListCommand } from './queue/list-command.js';
import { addReleaseCommand } from './queue/release-command.js';
import { addWorkCommand } from './queue/work-command.js';
import { addRetryCommand } from './queue/retry-command.js';
import { addShowCommand } from './queue/show-command.js';

/** Without a word after it: the list. */
export function addQueueCommand(program: Command): void {
  const queue = program.command('queue').description('look at what waits, and act on it');
  addListCommand(queue);
  addShowCommand(queue);
  addWorkCommand(queue);
  addRetryCommand(queue);
  addDiscardCommand(queue);
  addHeldCommand(queue);
  addReleaseCommand(queue);
}
