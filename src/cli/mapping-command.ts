import type { Command } from 'commander';
import { mostPreviewed, previewMapping, type PreviewedRecord } from '../sync/looking/preview-mapping.js';
import { dryRunLines } from './dry-run-text.js';
import { untilStopped } from './until-stopped.js';
import { Refusal } from '../model/refusal.js';
import { withLooking } from './with-looking.js';
import { writeResult } from './write-result.js';

interface PreviewOptions {
  readonly mappings?: string;
  readonly json?: boolean;
}

export function addMappingCommand(program: Command): void {
  program
    .command('mapping')
    .description('try out the mapping files')
    .command('preview <pipeline> <key...>')
    .description('what the mapping makes of records as they are now, and how that differs from what was delivered; by key, or by SKU')
    .option('--mappings <dir>', 'folder with connections.yaml and the pipelines')
    .option('--json', 'print one JSON array: record, mapped, difference')
    .action((pipeline: string, keys: string[], { mappings, json }: PreviewOptions) =>
      untilStopped(async (signal) => {
        if (keys.length > mostPreviewed)
          throw new Refusal('wrong', `no more than ${mostPreviewed} at once: sync --dry-run goes over all of them`);
        const shown = await withLooking(mappings, (looking) => previewMapping(looking, pipeline, keys, signal));
        writeResult(shown, json, (all) => all.map(asText).join('\n\n'));
        if (shown.some(({ record }) => record === null)) process.exitCode = 1;
      }),
    );
}

function asText({ asked, record, mapped, difference }: PreviewedRecord): string {
  if (record === null || mapped === null) return `${asked}: the source has no such record`;
  return [
    `${asked}${record.key === asked ? '' : ` (${record.key})`}: ${record.state ?? 'live'} in the source`,
    ...indented('record', { ...record.fields, ...asValues(record.values) }),
    ...mapped.documents.flatMap(({ key, store, inherits, fields }) =>
      indented(`document ${key} for ${store}${inherits === null ? '' : `, which inherits from ${inherits}`}`, fields),
    ),
    ...(mapped.reason === null ? [] : [`  does not qualify: ${mapped.reason}`]),
    ...mapped.errors.map(({ field, code, message }) => `  error ${code} (${field}): ${message}`),
    ...mapped.notes.map(({ field, code, message }) => `  note ${code} (${field}): ${message}`),
    '  a sync would:',
    ...difference.flatMap(dryRunLines).map((line) => `    ${line}`),
  ].join('\n');
}

function indented(title: string, fields: Readonly<Record<string, unknown>>): string[] {
  return [`  ${title}`, ...Object.entries(fields).map(([name, value]) => `    ${name}: ${JSON.stringify(value)}`)];
}

/** A bare value where there is one for all, else each with its locale and channel. */
function asValues(values: NonNullable<PreviewedRecord['record']>['values']): Record<string, unknown> {
  const named = Object.entries(values).flatMap(([code, scoped]) =>
    scoped.map(({ locale, channel, data }) => [['values', code, locale, channel].filter((part) => part !== null).join('.'), data] as const),
  );
  return Object.fromEntries(named);
}
