import type { Command } from 'commander';
import Table from 'cli-table3';
import type { Freeze } from '../queue/sql/freezes.js';
import { pauseText } from '../queue/sql/pauses.js';
import { breakerText } from '../queue/sql/show-breaker.js';
import { readStatus, type PipelineStatus } from '../sync/read-status.js';
import type { Outlasting } from '../sync/forecast/forecast.js';
import { forecastText, spanText } from './forecast-text.js';
import { withDatabase } from './with-database.js';

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('where every pipeline stands: last sync time, open entries, last run')
    .option('--json', 'print one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const status = await withDatabase(readStatus);
      process.stdout.write(json ? `${JSON.stringify(status, null, 2)}\n` : `${asTable(status)}\n`);
    });
}

function asTable(status: readonly PipelineStatus[]): string {
  if (status.length === 0) return 'No pipeline has run on this database yet.';
  const table = new Table({
    head: ['pipeline', 'complete to', 'except', 'open', 'documents', 'last run'],
    style: { head: [], border: [] },
  });
  for (const one of status) {
    const { dead, absent, held, ready, leased, waiting, parked, submitted } = one.open;
    const except = Object.entries({ dead, absent, held }).filter(([, count]) => count > 0);
    table.push([
      one.pauses.length > 0 ? `${one.pipeline} (paused)` : one.pipeline,
      one.lastSync === null ? '-' : new Date(one.lastSync).toISOString(),
      except.map(([state, count]) => `${count} ${state}`).join(', ') || '-',
      ready + leased + waiting + parked + submitted,
      one.inDoubt > 0 ? `${one.documents} (${one.inDoubt} in doubt)` : one.documents,
      one.lastRun ? `${one.lastRun.kind} ${one.lastRun.state}` : '-',
    ]);
  }
  const pauses = status.flatMap(({ pipeline, pauses: all }) =>
    all.map((pause) => `${pipeline}: ${pauseText(pause)} since ${new Date(pause.since).toISOString()}`),
  );
  const held = status.flatMap(({ pipeline, heldSet }) =>
    heldSet
      ? [`${pipeline}: set ${heldSet.id} holds ${heldSet.removals} removals until ${heldSet.expiresAt.toISOString()}: ${heldSet.reason}`]
      : [],
  );
  const forecasts = status.flatMap(({ pipeline, forecast }) =>
    forecast === null ? [] : [`${pipeline}: ${forecast.kind}, ${forecastText(forecast)}${outlastText(forecast.outlasts)}`],
  );
  const behind = status.flatMap(({ pipeline, freshness: { isBehind, lagSeconds, maxLagSeconds } }) =>
    isBehind ? [`${pipeline}: ${lagText(lagSeconds)}, which may be ${spanText(maxLagSeconds ?? 0)}`] : [],
  );
  const frozen = status.flatMap(({ pipeline, frozen: freeze }) =>
    freeze ? [`${pipeline}: its shop is frozen by ${freeze.by} since ${freeze.since.toISOString()}${exceptText(freeze)}`] : [],
  );
  const down = status.flatMap(({ pipeline, breaker }) =>
    breaker ? [`${pipeline}: ${breaker.connection} ${breakerText(breaker)}; at once: pim2shop connections try ${breaker.connection}`] : [],
  );
  return [table.toString(), ...pauses, ...down, ...frozen, ...held, ...forecasts, ...behind].join('\n');
}

function lagText(seconds: number | null): string {
  return seconds === null ? 'nobody knows how far the shop is behind' : `the shop is ${spanText(Math.round(seconds))} behind`;
}

function outlastText(outlasts: Outlasting | null): string {
  if (outlasts === null) return '';
  return `; it takes ${spanText(outlasts.takesSeconds)}, and the next is due after ${spanText(outlasts.everySeconds)}`;
}

function exceptText({ except, reason }: Freeze): string {
  return `${except.length === 0 ? '' : `, but for ${except.join(', ')}`}${reason === null ? '' : ` (${reason})`}`;
}
