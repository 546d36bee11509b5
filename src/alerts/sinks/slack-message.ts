import type { IncomingWebhookSendArguments } from '@slack/webhook';
import type { Notice, NoticeList } from '../notice/notice.js';

type KnownBlock = Extract<NonNullable<IncomingWebhookSendArguments['blocks']>[number], { readonly type: 'header' | 'section' | 'context' }>;

/** Slack's own bounds: https://docs.slack.dev/reference/block-kit/blocks */
const longestHeader = 150;
const longestSection = 3_000;
const longestField = 2_000;
const mostFields = 10;

const marks = { info: ':information_source:', warning: ':warning:', critical: ':rotating_light:', over: ':white_check_mark:' } as const;

const colours = { grey: '#8d8d8d', green: '#2eb67d', blue: '#36a2eb', yellow: '#ecb22e', orange: '#f2711c', red: '#e01e5a' } as const;

/** A notice in Slack's blocks: the bar beside it has the colour of the environment, the mark before the title says how bad it is. */
export function slackMessage(notice: Notice): IncomingWebhookSendArguments {
  const { environment, tone, title, summary, facts, lists, next, link } = notice;
  const blocks: KnownBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: cut(`${marks[tone]} ${title}`, longestHeader), emoji: true } },
    { type: 'section', text: mrkdwn(escaped(summary)) },
    ...(facts.length === 0
      ? []
      : [
          {
            type: 'section' as const,
            fields: facts.slice(0, mostFields).map(({ name, value }) => mrkdwn(`*${escaped(name)}*\n${escaped(value)}`, longestField)),
          },
        ]),
    ...lists.map(asSection),
    ...(next === null ? [] : [{ type: 'section' as const, text: mrkdwn(`*Next:* ${escaped(next)}`) }]),
    {
      type: 'context',
      elements: [
        mrkdwn(`*${escaped(environment.name)}* (${environment.colour})${link === null ? '' : ` · <${escaped(link)}|open>`}`, longestField),
      ],
    },
  ];
  return { text: slackText(notice), attachments: [{ color: colours[environment.colour], blocks }] };
}

/** What a notification shows, and all that is sent where Slack does not take the blocks. */
export function slackText({ environment, tone, title, summary }: Notice): string {
  return cut(`${marks[tone]} [${escaped(environment.name)}] ${escaped(title)}: ${escaped(summary)}`, longestSection);
}

function asSection({ title, lines }: NoticeList): KnownBlock {
  const items = lines.map(({ text, link }) => `• ${link === null ? escaped(text) : `<${escaped(link)}|${escaped(text)}>`}`);
  let kept = `*${escaped(title)}*`;
  for (const item of items) {
    // Cut between lines: half a link is no link.
    if (kept.length + item.length + 3 > longestSection) return { type: 'section', text: mrkdwn(`${kept}\n…`) };
    kept += `\n${item}`;
  }
  return { type: 'section', text: mrkdwn(kept) };
}

function mrkdwn(text: string, longest = longestSection): { type: 'mrkdwn'; text: string } {
  return { type: 'mrkdwn', text: cut(text, longest) };
}

/** Only these three mean something to Slack: https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
