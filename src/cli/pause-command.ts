import type { Command } from 'commander';
import { PauseService, type PauseTarget } from '../queue/pause-service.js';
import { whoAmI } from './who-am-i.js';
import { withDatabase } from './with-database.js';
import { writeResult } from './write-result.js';
import { Refusal } from '../model/refusal.js';

interface PauseOptions {
  readonly connection?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

export function addPauseCommand(program: Command): void {
  program
    .command('pause [pipeline]')
    .description('stop delivering a pipeline, or whatever goes to or comes from a connection; what changes is still noticed')
    .option('--connection <name>', 'a connection in place of a pipeline')
    .option('--reason <text>', 'for others, and for the audit log')
    .option('--json', 'print one JSON object: paused')
    .action(async (pipeline: string | undefined, options: PauseOptions) => {
      const target = targetOf(pipeline, options);
      await withDatabase((sql) => new PauseService(sql).pause(target, options.reason ?? null, whoAmI()));
      writeResult({ paused: target }, options.json, () => `${target.name} is paused; go on with \`pim2shop resume ${wordsOf(target)}\``);
    });
}

export function addResumeCommand(program: Command): void {
  program
    .command('resume [pipeline]')
    .description('go on with what was paused')
    .option('--connection <name>', 'a connection in place of a pipeline')
    .option('--reason <text>', 'for the audit log')
    .option('--json', 'print one JSON object: resumed, wasPaused')
    .action(async (pipeline: string | undefined, options: PauseOptions) => {
      const target = targetOf(pipeline, options);
      const wasPaused = await withDatabase((sql) => new PauseService(sql).resume(target, options.reason ?? null, whoAmI()));
      writeResult({ resumed: target, wasPaused }, options.json, () =>
        wasPaused ? `${target.name} goes on` : `${target.name} was not paused`,
      );
    });
}

function targetOf(pipeline: string | undefined, { connection }: PauseOptions): PauseTarget {
  if ((pipeline === undefined) === (connection === undefined))
    throw new Refusal('wrong', 'name a pipeline, or a connection with --connection');
  return pipeline === undefined ? { kind: 'connection', name: connection ?? '' } : { kind: 'pipeline', name: pipeline };
}

function wordsOf({ kind, name }: PauseTarget): string {
  return kind === 'pipeline' ? name : `--connection ${name}`;
}
