import type { Command } from 'commander';
import { QueueService } from '../../queue/queue-service.js';
import type { ShownDocument, ShownEntity } from '../../queue/sql/show-entry.js';
import type { Moment } from '../../queue/timeline.js';
import { withDatabase } from '../with-database.js';
import { writeResult } from '../write-result.js';
import { errorText } from './list-command.js';

export function addShowCommand(queue: Command): void {
  queue
    .command('show <pipeline> <key>')
    .description('everything that is known of one entity: its entry, what the shop has of it, what happened to it')
    .option('--json', 'print one JSON object: entry, errors, documents, timeline')
    .action(async (pipeline: string, key: string, { json }: { json?: boolean }) => {
      writeResult(await withDatabase((sql) => new QueueService(sql).show(pipeline, key)), json, asText);
    });
}

function asText({ entry, documents, timeline }: ShownEntity): string {
  const head = entry
    ? [
        `${entry.pipeline} ${entry.key}: ${entry.state} since ${entry.enqueuedAt.toISOString()}, ${entry.attempts} attempts, opened by a ${entry.cause}`,
        ...(entry.errorCode ? [`  ${errorText(entry)} [${entry.errorFingerprint ?? '-'}]`] : []),
      ]
    : ['Nothing is open of it.'];
  return [
    ...head,
    ...(documents.length > 0 ? ['In the shop:', ...documents.map(documentLine)] : ['The shop has nothing of it.']),
    ...(timeline.length > 0 ? ['What happened, the newest first:', ...timeline.map(momentLine)] : []),
  ].join('\n');
}

export function documentLine({ documentKey, connection, state, inDoubt, takenDown, targetId, acknowledgedAt }: ShownDocument): string {
  const how = state === 'gone' ? `taken down (${takenDown ?? '-'})` : 'live';
  const since = acknowledgedAt ? ` since ${acknowledgedAt.toISOString()}` : '';
  return `  ${connection} ${documentKey}: ${how}${inDoubt ? ', in doubt' : ''}${since}${targetId === null ? '' : `, there called ${targetId}`}`;
}

export function momentLine({ time, what, documentKey, detail }: Moment): string {
  return `  ${time.toISOString()} ${what}${documentKey === null ? '' : ` ${documentKey}`}: ${detail}`;
}
