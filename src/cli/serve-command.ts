import type { Command } from 'commander';
import { sources } from '../connectors/sources/index.js';
import { targets } from '../connectors/targets/index.js';

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('the service, as `npm start` runs it: schedules, deliveries, webhooks and the API, until it is told to end')
    .action(async () => {
      // Read only here: the other commands need none of it, and start in half the time.
      const { serve } = await import('../serve.js');
      await serve({ sources, targets });
    });
}
