import { SingleBar, Presets } from 'cli-progress';
import type { Command } from 'commander';
import { dryRun } from '../sync/dry-run/dry-run.js';
import type { RunKind } from '../sync/runs/run-log.js';
import { SyncService, type Progress, type SyncResult } from '../sync/sync-service.js';
import { dryRunAsText } from './dry-run-text.js';
import { withProject } from './with-project.js';

interface SyncOptions {
  readonly full?: boolean;
  readonly sweep?: boolean;
  readonly limit?: string;
  readonly dryRun?: boolean;
  readonly mappings?: string;
  readonly json?: boolean;
}

/** Exit codes: 0 done, 1 failed, 3 something is held for a person. */
export function addSyncCommand(program: Command): void {
  program
    .command('sync <pipeline>')
    .description('bring what changed into the shop, and wait until it is there')
    .option('--full', 'read every record, and remove what is gone')
    .option('--sweep', 'only look for what is gone')
    .option('--limit <count>', 'with --full or --dry-run: stop after so many records; removes nothing')
    .option('--dry-run', 'show what would be sent, send nothing and change nothing')
    .option('--mappings <dir>', 'folder with connections.yaml and the pipelines')
    .option('--json', 'print one JSON object')
    .action(async (pipeline: string, options: SyncOptions) => {
      const stop = new AbortController();
      const onSignal = (): void => stop.abort();
      process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
      if (options.dryRun) return rehearse(pipeline, options, stop.signal);
      const show = options.json || !process.stderr.isTTY ? null : progressBar(pipeline);
      try {
        const result = await withProject(options.mappings, (project) =>
          new SyncService(project).sync({
            pipeline,
            kind: kindOf(options),
            trigger: 'command',
            limit: limitOf(options),
            signal: stop.signal,
            progress: show?.update,
          }),
        );
        show?.end();
        process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${asText(result)}\n`);
        process.exitCode = exitCode(result);
      } finally {
        show?.end();
        process.removeListener('SIGINT', onSignal).removeListener('SIGTERM', onSignal);
      }
    });
}

async function rehearse(pipeline: string, options: SyncOptions, signal: AbortSignal): Promise<void> {
  const request = { pipeline, kind: kindOf(options), limit: limitOf(options), signal };
  const result = await withProject(options.mappings, (project) => dryRun(project, request), { observe: true });
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${dryRunAsText(result)}\n`);
  process.exitCode = result.totals.held > 0 ? 3 : 0;
}

function kindOf({ full, sweep }: SyncOptions): RunKind {
  if (full && sweep) throw new Error('--full removes what is gone as well: leave --sweep out');
  return full ? 'full' : sweep ? 'sweep' : 'delta';
}

function limitOf({ limit, full, dryRun: looksOnly }: SyncOptions): number | null {
  if (limit === undefined) return null;
  const count = Number(limit);
  if (!Number.isInteger(count) || count < 1) throw new Error(`--limit takes a whole number from 1 on, not "${limit}"`);
  if (!full && !looksOnly) throw new Error('--limit goes with --full: a delta reads what changed, whole');
  return count;
}

function exitCode(result: SyncResult): number {
  if (result.state !== 'completed') return 1;
  return result.counts.held > 0 ? 3 : 0;
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
  const bar = new SingleBar(
    { format: `${pipeline} {bar} {value}/{total} | {eta_formatted} left`, stream: process.stderr },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update: ({ counts, total }) => {
      const done = counts.settled + counts.unchanged + counts.removed + counts.dead + counts.absent;
      const expected = Math.max(total ?? 0, counts.seen, done);
      if (!started) bar.start(expected, done);
      started = true;
      bar.setTotal(expected);
      bar.update(done);
    },
    end: () => {
      if (started) bar.stop();
      started = false;
    },
  };
}
