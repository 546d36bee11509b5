import { Presets, SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { Refusal } from '../../model/refusal.js';
import { pause } from '../../sync/pause.js';
import { readRuns, type RunNow } from '../../sync/runs/sql/list-runs.js';
import { forecastText } from '../forecast-text.js';
import { untilStopped } from '../until-stopped.js';
import { wholeNumber } from '../whole-number.js';
import { withDatabase } from '../with-database.js';
import { countText, durationOf } from './run-text.js';

interface WatchOptions {
  readonly delivered?: boolean;
  readonly json?: boolean;
}

/** Exit codes: 0 it was completed, or Ctrl-C; 1 it failed or was cancelled; 3 it holds something for a person. */
export function addWatchCommand(runs: Command): void {
  runs
    .command('watch <run>')
    .description('show how a run goes on, until it has ended')
    .option('--delivered', 'until nothing of it is left in the queue either')
    .option('--json', 'print one JSON object a line, whenever something has changed')
    .action(async (run: string, options: WatchOptions) => {
      const id = wholeNumber('the run', run);
      const last = await untilStopped((signal) => watch(id, options, signal));
      if (last.state === 'failed' || last.state === 'cancelled') process.exitCode = 1;
      else if (Number(last.counts.held ?? 0) > 0) process.exitCode = 3;
    });
}

function watch(id: number, { delivered, json }: WatchOptions, signal: AbortSignal): Promise<RunNow> {
  const shown = json ? jsonLines() : process.stderr.isTTY ? bar() : plainLines();
  return withDatabase(async (sql) => {
    for (;;) {
      const [run] = await readRuns(sql, [id]);
      if (run === undefined) throw new Refusal('unknown', `There is no run ${id}, or it is so old that it was forgotten.`);
      const over = signal.aborted || (run.state !== 'running' && (!delivered || run.left === 0));
      shown(run, over);
      if (over) return run;
      await pause(1_000, signal);
    }
  });
}

type Show = (run: RunNow, isLast: boolean) => void;

function jsonLines(): Show {
  return onChange((run) => JSON.stringify(run));
}

function plainLines(): Show {
  return onChange((run) => {
    const { id, pipeline, kind, state, forecast, error } = run;
    const left = state === 'running' && forecast !== null ? `; ${forecastText(forecast)}` : '';
    return `run ${id}: ${kind} of ${pipeline} ${state}: ${countText(run)}${left}${error === null ? '' : `; ${error}`}`;
  });
}

function onChange(textOf: (run: RunNow) => string): Show {
  let told = '';
  return (run) => {
    const text = textOf(run);
    if (text !== told) process.stdout.write(`${text}\n`);
    told = text;
  };
}

function bar(): Show {
  const progress = new SingleBar({ format: '{name} {bar} {value}/{total} | {text}', stream: process.stderr }, Presets.shades_classic);
  const last = plainLines();
  let started = false;
  return (run, isLast) => {
    const { counts, left, forecast } = run;
    const enqueued = Number(counts.enqueued ?? 0) + Number(counts.revived ?? 0);
    const total = Math.max(1, forecast === null ? enqueued : forecast.done + forecast.left);
    const done = forecast === null ? enqueued - left : forecast.done;
    const shown = { name: `${run.pipeline} ${run.kind}`, text: forecast === null ? durationOf(run) : forecastText(forecast) };
    if (!started) progress.start(total, done, shown);
    started = true;
    progress.setTotal(total);
    progress.update(done, shown);
    if (!isLast) return;
    progress.stop();
    last(run, true);
  };
}
