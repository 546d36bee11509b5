import type { Command } from 'commander';
import { QueueService } from '../../queue/queue-service.js';
import type { ShownDocument, ShownEntity, ShownError } from '../../queue/sql/show-entry.js';
import { withDatabase } from '../with-database.js';
import { writeResult } from '../write-result.js';
import { errorText } from './list-command.js';

export function addShowCommand(queue: Command): void {
  queue
    .command('show <pipeline> <key>')
    .description('everything that is known of one entity: its entry, its last errors, what the shop has of it')
    .option('--json', 'print one JSON object: entry, errors, documents')
    .action(async (pipeline: string, key: string, { json }: { json?: boolean }) => {
      writeResult(await withDatabase((sql) => new QueueService(sql).show(pipeline, key)), json, asText);
    });
}

function asText({ entry, errors, documents }: ShownEntity): string {
  const head = entry
    ? [
        `${entry.pipeline} ${entry.key}: ${entry.state} since ${entry.enqueuedAt.toISOString()}, ${entry.attempts} attempts, opened by a ${entry.cause}`,
        ...(entry.errorCode ? [`  ${errorText(entry)} [${entry.errorFingerprint ?? '-'}]`] : []),
      ]
    : ['Nothing is open of it.'];
  return [
    ...head,
    ...(documents.length > 0 ? ['In the shop:', ...documents.map(documentLine)] : ['The shop has nothing of it.']),
    ...(errors.length > 0 ? ['Its last errors and warnings:', ...errors.map(errorLine)] : []),
  ].join('\n');
}

function documentLine({ documentKey, connection, state, inDoubt, takenDown, targetId, acknowledgedAt }: ShownDocument): string {
  const how = state === 'gone' ? `taken down (${takenDown ?? '-'})` : 'live';
  const since = acknowledgedAt ? ` since ${acknowledgedAt.toISOString()}` : '';
  return `  ${connection} ${documentKey}: ${how}${inDoubt ? ', in doubt' : ''}${since}${targetId === null ? '' : `, there called ${targetId}`}`;
}

function errorLine({ time, stage, code, field, message }: ShownError): string {
  return `  ${time.toISOString()} ${stage} ${code}${field === null ? '' : ` (${field})`}: ${message}`;
}
