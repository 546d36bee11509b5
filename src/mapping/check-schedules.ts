import { didYouMean } from './did-you-mean.js';
import { waitingCycle } from './dependencies.js';
import type { PipelineFile } from './pipeline-file.js';
import { prerequisitesOf } from './schedules-of.js';

type Report = (path: readonly PropertyKey[], problem: string, advice: string) => void;

/** What is wrong with the times of a pipeline file. */
export function checkSchedules({ delta, full, sweep, blackout = [] }: PipelineFile['data'], report: Report): void {
  for (const [kind, timing] of Object.entries({ delta, full, sweep })) {
    if (!timing) continue;
    const { every, at, timezone, jitter } = timing;
    if (every !== undefined && at !== undefined) report([kind, 'at'], 'every and at both say when', 'write one of them');
    if (every === undefined && at === undefined) report([kind], `nothing says when a ${kind} is due`, 'write `every` or `at`');
    if (every === 0) report([kind, 'every'], 'every is no time at all', 'write a span of time: 30s, 1m, 2h');
    if (timezone !== undefined && at === undefined)
      report([kind, 'timezone'], '`timezone` belongs to `at`', 'leave it out, or write `at` instead of `every`');
    if (every !== undefined && jitter !== undefined && jitter >= every)
      report([kind, 'jitter'], 'jitter is as long as every, or longer', 'write a shorter one: a start must not be later than the next');
  }
  blackout.forEach(({ from, to }, index) => {
    if (from === to) report(['blackout', index, 'to'], 'it ends when it begins', "write '00:00' and '24:00' for a whole day");
  });
}

/** What is wrong with what goes first. */
export function checkPrerequisites(file: PipelineFile, files: readonly PipelineFile[], complete: boolean, report: Report): void {
  const names = files.map((one) => one.data.pipeline).filter((name) => name !== file.data.pipeline);
  prerequisitesOf(file.data).forEach(({ pipeline }, index) => {
    const at = ['dependsOn', index];
    if (pipeline === file.data.pipeline) report(at, `${pipeline} cannot wait for itself`, 'leave it out');
    else if (complete && !names.includes(pipeline)) report(at, `there is no pipeline ${pipeline}`, didYouMean(pipeline, names));
    const cycle = waitingCycle(file, pipeline, files);
    if (cycle) report(at, `they wait for each other: ${cycle.join(' → ')}`, 'leave one of them out: none of them would ever begin');
  });
}
