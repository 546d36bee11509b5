import { stringify } from 'yaml';
import { AlertRounds } from '../../../src/alerts/alert-rounds.js';
import type { AlertsConfig } from '../../../src/alerts/alerts-config.js';
import { alertsFile } from '../../../src/alerts/file/alerts-file.js';
import type { Sql } from '../../../src/database/sql.js';
import { silentLog } from '../../../src/logging/log.js';

/** alerts.yaml as the program reads it. */
export function alertsConfig(file: object): AlertsConfig {
  const read = alertsFile.read(stringify(file), {});
  if ('mistakes' in read) throw new Error(JSON.stringify(read.mistakes));
  return read.data;
}

/** What one process of the service does with alerts. */
export function alertRounds(
  sql: Sql,
  config: AlertsConfig,
  more: { readonly host?: string; readonly folders?: readonly string[]; readonly onlyThisMachine?: boolean } = {},
): AlertRounds {
  return new AlertRounds({
    ...{ sql, config, log: silentLog, pipelines: null, host: 'here', folders: [], onlyThisMachine: false, ...more },
    notices: {
      environment: { name: 'staging', colour: 'blue', production: false },
      publicUrl: 'https://sync.example.com',
      hide: (text) => text,
    },
  });
}

/** As if so much time had gone by, for everything that alerts know of time. */
export async function passTime(sql: Sql, ms: number): Promise<void> {
  const earlier = (columns: readonly string[]): string =>
    columns.map((column) => `${column} = ${column} - $1::float8 * interval '1 ms'`).join(', ');
  const tables = {
    incident: ['opened_at', 'last_at', 'closed_at', 'notice_at'],
    alert_message: ['created_at', 'due_at', 'leased_until', 'sent_at'],
    alert_channel: ['next_at'],
    alert_round: ['next_at'],
    alert_mute: ['until'],
    connection_state: ['trouble_since', 'trouble_at'],
  };
  for (const [table, columns] of Object.entries(tables)) await sql.query(`UPDATE ${table} SET ${earlier(columns)}`, [ms]);
}
