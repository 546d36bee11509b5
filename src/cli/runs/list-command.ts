import Table from 'cli-table3';
import { Option, type Command } from 'commander';
import { RunService } from '../../sync/runs/run-service.js';
import type { ListedRun } from '../../sync/runs/sql/list-runs.js';
import { wholeNumber } from '../whole-number.js';
import { withDatabase } from '../with-database.js';
import { writeResult } from '../write-result.js';
import { countText, durationOf } from './run-text.js';

interface ListOptions {
  readonly pipeline?: string;
  readonly kind?: string;
  readonly trigger?: string;
  readonly state?: string;
  readonly limit: string;
  readonly before?: string;
  readonly json?: boolean;
}

interface RunPage {
  readonly runs: readonly ListedRun[];
  readonly next: number | null;
}

export function addListRunsCommand(runs: Command): void {
  runs
    .command('list', { isDefault: true })
    .description('runs, newest first')
    .option('--pipeline <name>', 'of this pipeline')
    .addOption(new Option('--kind <kind>', 'of this kind').choices(['delta', 'full', 'initial', 'sweep', 'partial', 'drain']))
    .addOption(new Option('--trigger <trigger>', 'started by').choices(['schedule', 'api', 'command', 'event']))
    .addOption(new Option('--state <state>', 'in this state').choices(['running', 'completed', 'failed', 'cancelled']))
    .option('--limit <count>', 'how many at most', '20')
    .option('--before <run>', 'go on where a list before this one ended: its `next`')
    .option('--json', 'print one JSON object: runs, next')
    .action(async ({ json, limit, before, ...filter }: ListOptions) => {
      const count = wholeNumber('--limit', limit);
      const place = before === undefined ? null : wholeNumber('--before', before);
      const found = await withDatabase((sql) => new RunService(sql).list(filter, place, count + 1));
      const page = found.slice(0, count);
      writeResult({ runs: page, next: found.length > count ? (page.at(-1)?.id ?? null) : null }, json, asTable);
    });
}

function asTable({ runs, next }: RunPage): string {
  if (runs.length === 0) return 'No run is like this.';
  const table = new Table({ head: ['run', 'pipeline', 'kind', 'by', 'state', 'since', 'took', 'counts'], style: { head: [], border: [] } });
  for (const run of runs) {
    const { id, pipeline, kind, trigger, startedBy, state, startedAt } = run;
    table.push([id, pipeline, kind, startedBy ?? trigger, state, startedAt.toISOString(), durationOf(run), countText(run)]);
  }
  return next === null ? table.toString() : `${table.toString()}\nThere are more: --before ${next}`;
}
