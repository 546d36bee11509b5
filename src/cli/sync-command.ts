import { SingleBar, Presets } from 'cli-progress';
import type { Command } from 'commander';
import { dryRun } from '../sync/dry-run/dry-run.js';
import type { RunKind } from '../sync/runs/run-log.js';
import { SyncService, type Progress, type SyncResult } from '../sync/sync-service.js';
import { chosenBy, type ChosenOptions } from './chosen-options.js';
import { dryRunAsText } from './dry-run-text.js';
import { exitCodes } from './exit-code.js';
import { forecastText } from './forecast-text.js';
import { actorName } from '../model/actor.js';
import { untilStopped } from './until-stopped.js';
import { wholeNumber } from './whole-number.js';
import { whoAmI } from './who-am-i.js';
import { withProject } from './with-project.js';
import { withEnvironment } from './write-result.js';
import { Refusal } from '../model/refusal.js';

export interface SyncOptions extends ChosenOptions {
  readonly full?: boolean;
  readonly sweep?: boolean;
  readonly untilEmpty?: boolean;
  readonly limit?: string;
  readonly dryRun?: boolean;
  readonly mappings?: string;
  readonly json?: boolean;
}

export function addSyncCommand(program: Command): void {
  program
    .command('sync <pipeline>')
    .description('bring what changed into the shop, and wait until it is there')
    .option('--full', 'read every record, and remove what is gone')
    .option('--sweep', 'only look for what is gone')
    .option('--until-empty', 'read nothing new: deliver what waits in the queue')
    .option('--keys <file>', 'only the records with these keys: one a line, or with --column a CSV file')
    .option('--column <name>', 'with --keys: the column of the CSV file that has the keys')
    .option('--filter <name=value>', 'only the records that the source finds by this, such as family=shoes; several must all hold', collect)
    .option('--limit <count>', 'with --full or --dry-run: stop after so many records; removes nothing')
    .option('--dry-run', 'show what would be sent, send nothing and change nothing')
    .option('--mappings <dir>', 'folder with connections.yaml and the pipelines')
    .option('--json', 'print one JSON object')
    .action((pipeline: string, options: SyncOptions) =>
      untilStopped((signal) => (options.dryRun ? rehearse(pipeline, options, signal) : runSync(pipeline, options, signal))),
    );
}

function collect(value: string, found: readonly string[] = []): string[] {
  return [...found, value];
}

/** Runs a sync and prints what came of it. */
export async function runSync(pipeline: string, options: SyncOptions, signal: AbortSignal): Promise<void> {
  const show = options.json || !process.stderr.isTTY ? null : progressBar(pipeline);
  const request = await requestOf(pipeline, options, signal);
  try {
    const result = await withProject(options.mappings, (project) =>
      new SyncService(project).sync({ ...request, trigger: 'command', by: actorName(whoAmI()), progress: show?.update }),
    );
    show?.end();
    process.stdout.write(options.json ? `${JSON.stringify(withEnvironment(result, process.env))}\n` : `${asText(result)}\n`);
    process.exitCode = exitCode(result);
  } finally {
    show?.end();
  }
}

async function rehearse(pipeline: string, options: SyncOptions, signal: AbortSignal): Promise<void> {
  const request = await requestOf(pipeline, options, signal);
  const result = await withProject(options.mappings, (project) => dryRun(project, request), { observe: true });
  process.stdout.write(options.json ? `${JSON.stringify(withEnvironment(result, process.env))}\n` : `${dryRunAsText(result)}\n`);
  process.exitCode = result.totals.held > 0 ? exitCodes.held : exitCodes.done;
}

async function requestOf(pipeline: string, options: SyncOptions, signal: AbortSignal) {
  const kind = kindOf(options);
  const chosen = await chosenBy(options);
  const limit = limitOf(options);
  if (chosen === null) return { pipeline, kind, limit, signal };
  if (kind !== 'delta')
    throw new Refusal('wrong', '--keys and --filter bring just those records: leave --full, --sweep and --until-empty out');
  return { pipeline, kind: 'partial' as const, chosen, limit, signal };
}

function kindOf({ full, sweep, untilEmpty }: SyncOptions): RunKind {
  if (untilEmpty && (full || sweep)) throw new Refusal('wrong', '--until-empty reads nothing: leave --full and --sweep out');
  if (untilEmpty) return 'drain';
  if (full && sweep) throw new Refusal('wrong', '--full removes what is gone as well: leave --sweep out');
  return full ? 'full' : sweep ? 'sweep' : 'delta';
}

function limitOf({ limit, full, dryRun: looksOnly }: SyncOptions): number | null {
  if (limit === undefined) return null;
  const count = wholeNumber('--limit', limit);
  if (!full && !looksOnly) throw new Refusal('wrong', '--limit goes with --full: a delta reads what changed, whole');
  return count;
}

function exitCode(result: SyncResult): number {
  if (result.state !== 'completed') return exitCodes.failed;
  return result.counts.held > 0 ? exitCodes.held : exitCodes.done;
}

function asText({ pipeline, kind, state, counts, durationMs, message }: SyncResult): string {
  const parts = [
    `${counts.seen} seen`,
    `${counts.settled} delivered`,
    `${counts.unchanged} unchanged`,
    `${counts.removed} removed`,
    `${counts.dead} dead`,
    ...(counts.documents.adopted > 0 ? [`${counts.documents.adopted} adopted`] : []),
    ...(counts.documents.warnings > 0 ? [`${counts.documents.warnings} warnings`] : []),
  ];
  return `${pipeline}: ${kind} ${state} in ${(durationMs / 1_000).toFixed(1)} s: ${parts.join(', ')}${message ? `\n${message}` : ''}`;
}

function progressBar(pipeline: string): { update: (progress: Progress) => void; end: () => void } {
  const bar = new SingleBar({ format: `${pipeline} {bar} {value}/{total} | {forecast}`, stream: process.stderr }, Presets.shades_classic);
  let started = false;
  return {
    update: ({ counts, total, forecast }) => {
      const done = counts.settled + counts.unchanged + counts.removed + counts.dead + counts.absent;
      const expected = Math.max(total ?? 0, counts.seen, done);
      const text = { forecast: forecast === null ? '' : forecastText(forecast) };
      if (!started) bar.start(expected, done, text);
      started = true;
      bar.setTotal(expected);
      bar.update(done, text);
    },
    end: () => {
      if (started) bar.stop();
      started = false;
    },
  };
}
