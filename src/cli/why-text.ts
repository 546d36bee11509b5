import { breakerText } from '../queue/sql/show-breaker.js';
import type { Facts } from '../sync/why/facts.js';
import type { Why, WhyAnswer } from '../sync/why/why.js';
import { documentLine, momentLine } from './queue/show-command.js';
import { dryRunLines } from './dry-run-text.js';

const latest = 6;

/** One screen: the next step first, then what it was decided by. */
export function whyAsText({ found, unasked }: WhyAnswer): string {
  return [...found.map(screen), ...unasked.map((one) => `Not asked: ${one}`)].join('\n\n');
}

function screen(one: Why): string {
  const { pipeline, key, next, foreseen, documents, timeline, pauses, breaker, frozen } = one;
  const outstanding = foreseen.filter(({ action }) => action !== 'unchanged');
  return [
    `${pipeline} ${key}`,
    `  ${next.because}`,
    `  ${next.then === null ? 'Nothing has to be done.' : `Next: ${next.then}`}`,
    `In the PIM: ${sourceText(one)}`,
    `Mapping: ${mappingText(one)}`,
    `Queue: ${queueText(one)}`,
    ...pauses.map(({ connection, by, reason }) => `Paused: ${connection ?? pipeline}, by ${by}${reason === null ? '' : ` (${reason})`}`),
    ...(breaker ? [`Down: ${breaker.connection} ${breakerText(breaker)}`] : []),
    ...(frozen ? [`Frozen: ${frozen.connection}, by ${frozen.by}; what flows: ${frozen.except.join(', ') || 'nothing'}`] : []),
    ...(documents.length > 0 ? ['In the shop:', ...documents.map(documentLine)] : ['The shop has nothing of it.']),
    ...(outstanding.length > 0 ? ['What a sync would do now:', ...outstanding.flatMap(dryRunLines).map((line) => `  ${line}`)] : []),
    ...(timeline.length > 0 ? ['What happened, the newest first:', ...timeline.slice(0, latest).map(momentLine)] : []),
  ].join('\n');
}

function sourceText({ source }: Facts): string {
  const at = source.link === null ? '' : ` ${source.link}`;
  switch (source.result) {
    case 'record':
      return `${source.state ?? 'live'}${source.version === null ? '' : `, version ${source.version}`}${at}`;
    case 'absent':
      return 'there is no such record';
    case 'nothing':
      return `left out of its answer, without a word${at}`;
    case 'failed':
      return `could not be asked: ${source.reason ?? ''}`;
  }
}

function mappingText({ mapping }: Facts): string {
  if (mapping === null) return 'nothing to map';
  if (mapping.result === 'excluded') return `does not qualify: ${mapping.reason ?? ''}`;
  if (mapping.result === 'rejected') return mapping.errors.map(({ field, code, message }) => `${field}: ${message} (${code})`).join('; ');
  return mapping.notes.length === 0
    ? 'in order'
    : mapping.notes.map(({ field, message }) => `in order, but ${field}: ${message}`).join('; ');
}

function queueText({ entry, missing }: Facts): string {
  if (entry === null) return 'nothing is open of it';
  const due = entry.dueAt === null ? '' : `, until ${entry.dueAt.toISOString()}`;
  const waits = missing.length === 0 ? '' : `, for ${missing.map((one) => `${one.pipeline} ${one.key}`).join(', ')}`;
  return `${entry.state}${due}${waits}, ${entry.attempts} attempts, since ${entry.enqueuedAt.toISOString()}, by ${entry.cause}`;
}
