import { Command } from 'commander';
import { addDoctorCommand } from './doctor-command.js';
import { addInitCommand } from './init-command.js';
import { addAlertsCommand } from './alerts-command.js';
import { addFreezeCommand, addUnfreezeCommand } from './freeze-command.js';
import { addKeysCommand } from './keys-command.js';
import { announceEnvironment } from './announce-environment.js';
import { addConnectionsCommand } from './connections-command.js';
import { addDebugCommand } from './debug-command.js';
import { addMappingCommand } from './mapping-command.js';
import { addPauseCommand, addResumeCommand } from './pause-command.js';
import { addQueueCommand } from './queue-command.js';
import { addRunsCommand } from './runs-command.js';
import { addRejectedCommand } from './rejected-command.js';
import { addSchemasCommand } from './schemas-command.js';
import { addServeCommand } from './serve-command.js';
import { addSourceCommand } from './source-command.js';
import { addStatusCommand } from './status-command.js';
import { addSyncCommand } from './sync-command.js';
import { addValidateCommand } from './validate-command.js';
import { addWhyCommand } from './why-command.js';

/** Every command with its options. It throws where it would exit: who runs it decides on the exit code. */
export function createProgram(): Command {
  const program = new Command('pim2shop').description('gets products from a PIM into a shop').exitOverride();
  program.hook('preAction', () => announceEnvironment(process.env, process.stderr));
  addServeCommand(program);
  addInitCommand(program);
  addValidateCommand(program);
  addSyncCommand(program);
  addStatusCommand(program);
  addWhyCommand(program);
  addRejectedCommand(program);
  addRunsCommand(program);
  addQueueCommand(program);
  addPauseCommand(program);
  addResumeCommand(program);
  addFreezeCommand(program);
  addUnfreezeCommand(program);
  addConnectionsCommand(program);
  addDoctorCommand(program);
  addAlertsCommand(program);
  addKeysCommand(program);
  addDebugCommand(program);
  addMappingCommand(program);
  addSourceCommand(program);
  addSchemasCommand(program);
  return program;
}
