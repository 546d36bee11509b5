import type { Command } from 'commander';
import Table from 'cli-table3';
import { AlertService } from '../../alerts/alert-service.js';
import { momentText } from '../../alerts/notice/moment-text.js';
import type { ListedAlert } from '../../alerts/sql/list-alerts.js';
import type { Mute } from '../../alerts/sql/mutes.js';
import { wholeNumber } from '../whole-number.js';
import { withDatabase } from '../with-database.js';
import { writeResult } from '../write-result.js';

interface ListOptions {
  readonly all?: boolean;
  readonly pipeline?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export function addListAlertsCommand(alerts: Command): void {
  alerts
    .command('list', { isDefault: true })
    .description('alerts that are open, and what is muted')
    .option('--all', 'those that are over too')
    .option('--pipeline <name>', 'of one pipeline')
    .option('--limit <count>', 'how many at most', (text) => wholeNumber('--limit', text), 50)
    .option('--json', 'print one JSON object: alerts, mutes')
    .action(async ({ all, pipeline, limit, json }: ListOptions) => {
      const result = await withDatabase(async (sql) => {
        const service = new AlertService(sql);
        return { alerts: await service.list({ pipeline, state: all ? undefined : 'open' }, null, limit), mutes: await service.mutes() };
      });
      writeResult(result, json, asText);
    });
}

function asText({ alerts, mutes }: { readonly alerts: readonly ListedAlert[]; readonly mutes: readonly Mute[] }): string {
  return [alerts.length === 0 ? 'No alert is open.' : asTable(alerts), ...mutes.map(muteText)].join('\n');
}

function asTable(alerts: readonly ListedAlert[]): string {
  const table = new Table({
    head: ['alert', 'how bad', 'kind', 'of', 'since', 'what', 'state'],
    style: { head: [], border: [] },
    colWidths: [null, null, null, null, null, 60, null],
    wordWrap: true,
  });
  for (const alert of alerts)
    table.push([
      alert.id,
      alert.severity,
      alert.kind,
      alert.pipeline ?? alert.connection ?? '',
      momentText(alert.openedAt),
      alert.message,
      stateOf(alert),
    ]);
  return table.toString();
}

function stateOf({ state, closedAt, acknowledged, muted }: ListedAlert): string {
  if (state === 'closed') return closedAt === null ? 'over' : `over since ${momentText(closedAt)}`;
  if (acknowledged !== null) return `acknowledged by ${acknowledged.by}`;
  return muted ? 'muted' : 'open';
}

export function muteText({ id, fingerprint, kind, pipeline, until, by, reason }: Mute): string {
  const what = [kind, pipeline, fingerprint].filter((word) => word !== null).join(' ');
  return `mute ${id}: ${what} until ${momentText(until)}, by ${by}${reason === null ? '' : ` (${reason})`}`;
}
