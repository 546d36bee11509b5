import type { Command } from 'commander';
import { RunService } from '../../sync/runs/run-service.js';
import type { RunCursor, ShownRun } from '../../sync/runs/sql/list-runs.js';
import { forecastText } from '../forecast-text.js';
import { wholeNumber } from '../whole-number.js';
import { withDatabase } from '../with-database.js';
import { writeResult } from '../write-result.js';
import { countText, durationOf } from './run-text.js';

export function addShowRunCommand(runs: Command): void {
  runs
    .command('show <run>')
    .description('everything that is known of one run')
    .option('--json', 'print one JSON object')
    .action(async (run: string, { json }: { readonly json?: boolean }) => {
      const id = wholeNumber('the run', run);
      writeResult(await withDatabase((sql) => new RunService(sql).show(id)), json, asText);
    });
}

function asText(run: ShownRun): string {
  const { id, pipeline, kind, state, trigger, startedBy, slot, startedAt, cursorFrom, cursorTo, open, errors, warnings, forecast } = run;
  const due = slot === null ? '' : `, due ${slot.toISOString()}`;
  const phases = Object.entries(run.phases).map(
    ([name, times]) => `${name} ${durationOf(times)}${times.finishedAt === null ? ' so far' : ''}`,
  );
  const waiting = Object.entries(open).map(([name, count]) => `${count} ${name}`);
  return [
    `run ${id}: ${kind} of ${pipeline}, ${state}, by ${startedBy ?? trigger}${due}`,
    `  since ${startedAt.toISOString()}, ${durationOf(run)}${phases.length > 0 ? ` (${phases.join(', ')})` : ''}`,
    `  ${countText(run)}`,
    ...(run.error === null ? [] : [`  ${run.error}`]),
    ...(errors + warnings > 0 ? [`  ${errors} errors, ${warnings} warnings`] : []),
    ...(waiting.length > 0 ? [`  in the queue: ${waiting.join(', ')}`] : []),
    ...(state === 'running' && forecast !== null ? [`  ${forecastText(forecast)}`] : []),
    ...(cursorFrom === null && cursorTo === null ? [] : [`  read from ${placeText(cursorFrom)} to ${placeText(cursorTo)}`]),
  ].join('\n');
}

function placeText(place: RunCursor | null): string {
  if (place === null) return 'the beginning';
  if (place.position !== null) return String(place.position);
  return place.cursor === null ? 'the beginning' : JSON.stringify(place.cursor);
}
