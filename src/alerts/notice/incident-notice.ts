import { ruleTitle } from '../rules/rule-title.js';
import type { IncidentContent, MessageKind } from '../message.js';
import { momentText } from './moment-text.js';
import type { NoticeContext } from './notice-of.js';
import type { Notice, NoticeList } from './notice.js';
import { spanText } from './span-text.js';

/** What is wrong, since when, how many, the first of them, and what to do; of what is over, how long it lasted. */
export function incidentNotice(kind: MessageKind, incident: IncidentContent, { environment, publicUrl, now }: NoticeContext): Notice {
  const { details, pipeline, connection } = incident;
  const isOver = kind === 'recovered';
  const since = new Date(Math.min(Date.parse(incident.openedAt), Date.parse(details.since ?? incident.openedAt)));
  const until = isOver && incident.closedAt !== null ? new Date(incident.closedAt) : now;
  const facts = [
    { name: 'Since', value: momentText(since) },
    { name: isOver ? 'It lasted' : 'For', value: spanText(Math.max(0, until.getTime() - since.getTime())) },
    ...(details.many === null || details.many === undefined ? [] : [{ name: 'How many', value: details.many.toLocaleString('en-GB') }]),
    ...(pipeline === null ? [] : [{ name: 'Pipeline', value: pipeline }]),
    ...(connection === null ? [] : [{ name: 'Connection', value: connection }]),
  ];
  return {
    environment,
    tone: isOver ? 'over' : incident.severity,
    title: titleOf(kind, incident),
    summary: incident.message,
    facts,
    lists: isOver ? [] : examplesOf(incident, publicUrl),
    next: isOver ? null : (details.next ?? null),
    link: publicUrl === null ? null : `${publicUrl}/api/v1/alerts/${incident.id}`,
  };
}

function titleOf(kind: MessageKind, { kind: rule, pipeline, connection }: IncidentContent): string {
  const title = ruleTitle(rule);
  const about = pipeline ?? connection;
  const whole = about === null ? title : `${title}: ${about}`;
  if (kind === 'reminder') return `Still: ${whole}`;
  if (kind === 'escalated') return `Nobody acknowledged it: ${whole}`;
  return kind === 'recovered' ? `Over: ${whole}` : whole;
}

function examplesOf({ details, pipeline }: IncidentContent, publicUrl: string | null): NoticeList[] {
  const { examples = [], many = null } = details;
  if (examples.length === 0) return [];
  const lines = examples.map(({ text, key }) => ({ text, link: linkOf(publicUrl, pipeline, key) }));
  const more = many === null ? 0 : many - examples.length;
  const isList = examples.every(({ key }) => key !== null);
  return [
    {
      title: 'The first of them',
      lines: isList && more > 0 ? [...lines, { text: `… and ${more.toLocaleString('en-GB')} more`, link: null }] : lines,
    },
  ];
}

function linkOf(publicUrl: string | null, pipeline: string | null, key: string | null): string | null {
  if (publicUrl === null || pipeline === null || key === null) return null;
  return `${publicUrl}/api/v1/queue/entries/${encodeURIComponent(pipeline)}/${encodeURIComponent(key)}`;
}
