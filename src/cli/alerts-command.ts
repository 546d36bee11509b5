import type { Command } from 'commander';
import { addAcknowledgeCommand } from './alerts/acknowledge-command.js';
import { addListAlertsCommand } from './alerts/list-alerts-command.js';
import { addMuteCommands } from './alerts/mute-commands.js';
import { addTestCommand } from './alerts/test-command.js';

/** Without a word after it: what is open. */
export function addAlertsCommand(program: Command): void {
  const alerts = program.command('alerts').description('what people have to know of');
  addListAlertsCommand(alerts);
  addAcknowledgeCommand(alerts);
  addMuteCommands(alerts);
  addTestCommand(alerts);
}
