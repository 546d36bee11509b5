import { stringify } from 'csv-stringify/sync';
import type { Rejected } from './rejected.js';

const columns = ['pipeline', 'sku', 'family', 'reason', 'field', 'message', 'since', 'link', 'key'] as const;

/** Lines for a spreadsheet, the first with the names of the columns where it is asked for. What a spreadsheet would take for a formula begins with a quote. */
export function rejectedCsv(rejected: readonly Rejected[], header: boolean): string {
  const rows = rejected.map((one): Record<(typeof columns)[number], string> => ({
    pipeline: one.pipeline,
    sku: one.name ?? '',
    family: one.family ?? '',
    reason: one.code,
    field: one.field ?? '',
    // A cell is one line: some programs end a row at any other.
    message: one.message.replace(/\s+/g, ' '),
    since: one.time.toISOString(),
    link: one.link ?? '',
    key: one.key,
  }));
  return stringify(rows, { header, columns: [...columns], escape_formulas: true, quoted: true, record_delimiter: 'windows' });
}
