import Table from 'cli-table3';
import type { DemoResult } from './run-demo.js';

/** What was sent and why, and whether shop and PIM agree, for a person. */
export function asText(result: DemoResult): string {
  return [passTable(result), changeTable(result), ...reportTable(result), verdict(result)].join('\n\n');
}

function passTable({ passes }: DemoResult): string {
  const head = ['pass', 'pipeline', 'seen', 'delivered', 'unchanged', 'taken down', 'documents', 'warnings', 'seconds'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { name, runs, requests, ms } of passes) {
    for (const { pipeline, counts, durationMs } of runs) {
      const { documents } = counts;
      const row = [counts.seen, counts.settled, counts.unchanged, counts.removed, documents.written, documents.warnings];
      table.push([name, pipeline, ...row, (durationMs / 1000).toFixed(1)]);
    }
    table.push([
      {
        colSpan: 9,
        content: `${name}: ${requests.pim} requests to the PIM (media files aside), ${requests.shop} writes to the shop, ${(ms / 1000).toFixed(1)} s`,
      },
    ]);
  }
  return `What was done\n${table.toString()}`;
}

function changeTable({ changes }: DemoResult): string {
  const table = new Table({
    head: ['product', 'in the PIM', 'sent to the shop'],
    style: { head: [], border: [] },
    colWidths: [26, 40, 70],
    wordWrap: true,
  });
  for (const { sku, what, sent } of changes) table.push([sku, what, sent.map(shortly).join('\n') || 'nothing']);
  return `What was sent, and why\n${table.toString()}`;
}

function reportTable({ reports }: DemoResult): string[] {
  if (reports.length === 0) return [];
  const table = new Table({
    head: ['', 'kind', 'field', 'how many', 'for example'],
    style: { head: [], border: [] },
    colWidths: [9, 24, 24, 10, 70],
    wordWrap: true,
  });
  for (const { severity, code, field, count, example } of reports) table.push([severity, code, field ?? '', count, example]);
  return [`What to look at\n${table.toString()}`];
}

function shortly({ method, path, fields }: DemoResult['changes'][number]['sent'][number]): string {
  const shown = fields.length > 6 ? [...fields.slice(0, 5), `… ${fields.length - 5} more`] : fields;
  return `${method} ${path.replace(/^\/(all|[a-z]+)\/V1/, '$1')}${shown.length > 0 ? `: ${shown.join(', ')}` : ''}`;
}

function verdict({ agreement, problems, ms }: DemoResult): string {
  const { products, categories, values, differences } = agreement;
  const compared = `${products} products, ${categories} categories, ${values} values in two store views`;
  const lines = problems.map((problem) => `problem: ${problem}`);
  if (differences.length === 0) lines.push(`Shop and PIM agree: ${compared} compared, in ${(ms / 1000).toFixed(1)} s all told.`);
  else
    lines.push(
      `Shop and PIM differ in ${differences.length} places (${compared} compared):`,
      ...differences.slice(0, 20).map((one) => `  ${one}`),
    );
  return lines.join('\n');
}
