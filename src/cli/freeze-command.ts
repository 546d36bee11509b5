import type { Command } from 'commander';
import { FreezeService } from '../queue/freeze-service.js';
import { whoAmI } from './who-am-i.js';
import { withDatabase } from './with-database.js';
import { writeResult } from './write-result.js';

interface FreezeOptions {
  readonly except?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

export function addFreezeCommand(program: Command): void {
  program
    .command('freeze <connection>')
    .description('change nothing in a shop but some fields, until it is unfrozen; what else changes waits')
    .option('--except <fields>', 'fields of its documents that flow, with commas between them: price,stock')
    .option('--reason <text>', 'for others, and for the audit log')
    .option('--json', 'print one JSON object: frozen, except')
    .action(async (connection: string, { except: told = '', reason, json }: FreezeOptions) => {
      const except = told.split(',').flatMap((field) => field.trim() || []);
      await withDatabase((sql) => new FreezeService(sql).freeze(connection, { except, reason: reason ?? null }, whoAmI()));
      const flows = except.length === 0 ? 'nothing changes there' : `nothing but ${except.join(', ')} changes there`;
      writeResult(
        { frozen: connection, except },
        json,
        () => `${connection} is frozen: ${flows}; go on with \`pim2shop unfreeze ${connection}\``,
      );
    });
}

export function addUnfreezeCommand(program: Command): void {
  program
    .command('unfreeze <connection>')
    .description('let go on what was held back')
    .option('--reason <text>', 'for the audit log')
    .option('--json', 'print one JSON object: wasFrozen, released')
    .action(async (connection: string, { reason, json }: Omit<FreezeOptions, 'except'>) => {
      const result = await withDatabase((sql) => new FreezeService(sql).unfreeze(connection, reason ?? null, whoAmI()));
      writeResult(result, json, ({ wasFrozen, released }) =>
        wasFrozen ? `${connection} is unfrozen: ${released} entries that were held back go on` : `${connection} was not frozen`,
      );
    });
}
