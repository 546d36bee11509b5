import type { Command } from 'commander';
import { addCancelCommand } from './runs/cancel-command.js';
import { addListRunsCommand } from './runs/list-command.js';
import { addShowRunCommand } from './runs/show-command.js';
import { addWatchCommand } from './runs/watch-command.js';

/** Without a word after it: the list. */
export function addRunsCommand(program: Command): void {
  const runs = program.command('runs').description('what was run, how far it is, and how to end it');
  addListRunsCommand(runs);
  addShowRunCommand(runs);
  addWatchCommand(runs);
  addCancelCommand(runs);
}
