import type { Command } from 'commander';
import Table from 'cli-table3';
import { allRejected, type Rejected } from '../sync/rejected/rejected.js';
import { rejectedCsv } from '../sync/rejected/rejected-csv.js';
import { untilStopped } from './until-stopped.js';
import { withLooking } from './with-looking.js';
import { writeResult } from './write-result.js';

interface RejectedOptions {
  readonly pipeline?: string;
  readonly csv?: boolean;
  readonly mappings?: string;
  readonly json?: boolean;
}

export function addRejectedCommand(program: Command): void {
  program
    .command('rejected')
    .description('records that the mapping or the shop refused, by reason and family')
    .option('--pipeline <name>', 'only those of this pipeline')
    .option('--csv', 'a line for each mistake of each record, with a link to it in the PIM: for a spreadsheet')
    .option('--mappings <dir>', 'folder with connections.yaml and the pipelines')
    .option('--json', 'print one JSON object: rejected, unread')
    .action(({ pipeline, csv, mappings, json }: RejectedOptions) =>
      untilStopped(async (signal) => {
        const rejected: Rejected[] = [];
        const unread = new Set<string>();
        await withLooking(mappings, async (looking) => {
          let first = true;
          for await (const page of allRejected(looking, pipeline, signal)) {
            if (csv) process.stdout.write(rejectedCsv(page.rejected, first));
            else rejected.push(...page.rejected);
            for (const one of page.unread) unread.add(one);
            first = false;
          }
        });
        if (!csv) writeResult({ rejected, unread: [...unread] }, json, asTable);
        for (const one of json ? [] : unread) process.stderr.write(`names and families are not known of ${one}\n`);
      }),
    );
}

/** The reasons, the most frequent first, with the first records of each. */
function asTable({ rejected }: { readonly rejected: readonly Rejected[] }): string {
  if (rejected.length === 0) return 'Nothing is rejected.';
  const groups = new Map<string, Rejected[]>();
  for (const one of rejected) {
    const group = JSON.stringify([one.pipeline, one.code, one.field, one.family]);
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  const table = new Table({ head: ['pipeline', 'reason', 'field', 'family', 'records', 'of them'], style: { head: [], border: [] } });
  for (const group of [...groups.values()].sort((a, b) => b.length - a.length)) {
    const [first] = group;
    if (!first) continue;
    const some = group.slice(0, 3).map(({ name, key }) => name ?? key);
    table.push([
      first.pipeline,
      first.code,
      first.field ?? '-',
      first.family ?? '-',
      group.length,
      some.join(', ') + (group.length > 3 ? ', …' : ''),
    ]);
  }
  return `${table.toString()}\nEach of them: --csv. What to do about one: pim2shop why <sku>.`;
}
