#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { addQueueCommand } from './cli/queue-command.js';
import { addSchemasCommand } from './cli/schemas-command.js';
import { addStatusCommand } from './cli/status-command.js';
import { addSyncCommand } from './cli/sync-command.js';
import { addValidateCommand } from './cli/validate-command.js';

/** Exit codes: 0 done, 1 failed, 2 wrong use. */
async function main(): Promise<void> {
  const program = new Command('pim2shop').description('gets products from a PIM into a shop').exitOverride();
  addValidateCommand(program);
  addSyncCommand(program);
  addStatusCommand(program);
  addQueueCommand(program);
  addSchemasCommand(program);
  await program.parseAsync();
}

main().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
