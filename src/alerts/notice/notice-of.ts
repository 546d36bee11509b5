import type { Environment } from '../../config/settings.js';
import { digestNotice } from '../digest/digest-notice.js';
import type { IncidentContent, MessageContent, MessageKind } from '../message.js';
import { incidentNotice } from './incident-notice.js';
import type { Notice } from './notice.js';

export interface NoticeContext {
  readonly environment: Environment;
  /** Where people reach this installation; null where nobody said. */
  readonly publicUrl: string | null;
  readonly now: Date;
  /** Takes secrets out of a text. */
  readonly hide: (text: string) => string;
}

export interface Told {
  readonly kind: MessageKind;
  readonly content: MessageContent;
  /** The channel that did not take it. */
  readonly insteadOf: string | null;
}

/** What is told of a message, pure. */
export function noticeOf(told: Told, context: NoticeContext): Notice {
  const notice = withoutSecrets(plainNotice(told, context), context.hide);
  if (told.insteadOf === null) return notice;
  return { ...notice, facts: [...notice.facts, { name: 'Sent here because', value: `the channel ${told.insteadOf} does not take it` }] };
}

function plainNotice({ kind, content }: Told, context: NoticeContext): Notice {
  if ('test' in content) return testNotice(context);
  if ('pipelines' in content) return digestNotice(content, context);
  return incidentNotice(kind, content satisfies IncidentContent, context);
}

function testNotice({ environment, publicUrl, now }: NoticeContext): Notice {
  return {
    environment,
    tone: 'info',
    title: 'A test',
    summary: `Alerts of ${environment.name} arrive here. Sent at ${now.toISOString()}.`,
    facts: [],
    lists: [],
    next: null,
    link: publicUrl,
  };
}

/** Messages quote what systems answered. */
function withoutSecrets(notice: Notice, hide: NoticeContext['hide']): Notice {
  return {
    ...notice,
    title: hide(notice.title),
    summary: hide(notice.summary),
    facts: notice.facts.map(({ name, value }) => ({ name, value: hide(value) })),
    lists: notice.lists.map(({ title, lines }) => ({ title, lines: lines.map(({ text, link }) => ({ text: hide(text), link })) })),
    next: notice.next === null ? null : hide(notice.next),
  };
}
