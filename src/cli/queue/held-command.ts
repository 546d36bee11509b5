import type { Command } from 'commander';
import Table from 'cli-table3';
import { RemovalService } from '../../removals/removal-service.js';
import type { WaitingSet } from '../../removals/sql/list-held.js';
import { exitCodes } from '../exit-code.js';
import { withDatabase } from '../with-database.js';
import { writeResult } from '../write-result.js';

export function addHeldCommand(queue: Command): void {
  queue
    .command('held')
    .description('sets of removals that wait for a person; exit code 3 where there is one')
    .option('--json', 'print one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const sets = await withDatabase((sql) => new RemovalService(sql).list());
      writeResult(sets, json, asTable);
      if (sets.length > 0) process.exitCode = exitCodes.held;
    });
}

function asTable(sets: readonly WaitingSet[]): string {
  if (sets.length === 0) return 'No removal is held.';
  const table = new Table({ head: ['set', 'pipeline', 'removals', 'until', 'why', 'of them'], style: { head: [], border: [] } });
  for (const { id, pipeline, removals, expiresAt, reason, examples } of sets)
    table.push([id, pipeline, removals, expiresAt.toISOString(), reason, examples.join(', ') + (removals > examples.length ? ', …' : '')]);
  return `${table.toString()}\nLet them go: queue release <set> --expect <removals>. Leave them: queue discard --held <set>.`;
}
