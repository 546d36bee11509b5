import type { Command } from 'commander';
import { RunService } from '../../sync/runs/run-service.js';
import { whoAmI } from '../who-am-i.js';
import { wholeNumber } from '../whole-number.js';
import { withDatabase } from '../with-database.js';
import { writeResult } from '../write-result.js';

export function addCancelCommand(runs: Command): void {
  runs
    .command('cancel <run>')
    .description('have a run end, wherever it runs; its cursor stays where it stood')
    .option('--reason <text>', 'for the audit log')
    .option('--json', 'print one JSON object: run, ended')
    .action(async (run: string, { reason, json }: { readonly reason?: string; readonly json?: boolean }) => {
      const id = wholeNumber('the run', run);
      const { ended } = await withDatabase((sql) => new RunService(sql).cancel(id, reason ?? null, whoAmI()));
      writeResult({ run: id, ended }, json, () =>
        ended ? `run ${id} is cancelled: its process was dead` : `run ${id} ends within a second or two: pim2shop runs watch ${id}`,
      );
    });
}
