import type { Command } from 'commander';
import { dryRun } from '../../sync/dry-run/dry-run.js';
import { exitCodes } from '../exit-code.js';
import { dryRunAsText } from '../dry-run-text.js';
import { runSync } from '../sync-command.js';
import { untilStopped } from '../until-stopped.js';
import { wholeNumber } from '../whole-number.js';
import { withProject } from '../with-project.js';
import { withEnvironment } from '../write-result.js';
import { Refusal } from '../../model/refusal.js';

interface WorkOptions {
  readonly keep?: boolean;
  readonly limit?: string;
  readonly mappings?: string;
  readonly json?: boolean;
}

export function addWorkCommand(queue: Command): void {
  queue
    .command('work <pipeline>')
    .description('deliver what waits until nothing is left, as `sync --until-empty` does')
    .option('--keep', 'only show what would be done with the next entries: take none, send nothing')
    .option('--limit <count>', 'with --keep: how many at most, 10 where not said')
    .option('--mappings <dir>', 'folder with connections.yaml and the pipelines')
    .option('--json', 'print one JSON object')
    .action((pipeline: string, options: WorkOptions) =>
      untilStopped((signal) => (options.keep ? look(pipeline, options, signal) : deliver(pipeline, options, signal))),
    );
}

async function look(pipeline: string, { limit, mappings, json }: WorkOptions, signal: AbortSignal): Promise<void> {
  const request = { pipeline, kind: 'drain' as const, limit: wholeNumber('--limit', limit ?? '10'), signal };
  const result = await withProject(mappings, (project) => dryRun(project, request), { observe: true });
  process.stdout.write(json ? `${JSON.stringify(withEnvironment(result, process.env))}\n` : `${dryRunAsText(result)}\n`);
  process.exitCode = result.totals.held > 0 ? exitCodes.held : exitCodes.done;
}

async function deliver(pipeline: string, { limit, mappings, json }: WorkOptions, signal: AbortSignal): Promise<void> {
  if (limit !== undefined) throw new Refusal('wrong', '--limit goes with --keep: what waits is delivered whole');
  await runSync(pipeline, { mappings, json, untilEmpty: true }, signal);
}
