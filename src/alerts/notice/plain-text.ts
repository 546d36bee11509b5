import type { Notice } from './notice.js';

const words = { info: 'For your information', warning: 'Warning', critical: 'Critical', over: 'Over' } as const;

/** The subject of a message. No line break ever stands in it. */
export function subjectOf({ environment, tone, title }: Notice): string {
  const mark = tone === 'over' ? '' : `${words[tone]}: `;
  return `[pim2shop ${environment.name}] ${mark}${title}`.replace(/\s+/g, ' ').slice(0, 200);
}

/** A notice as plain text. */
export function plainText({ environment, tone, title, summary, facts, lists, next, link }: Notice): string {
  return [
    `${words[tone]}: ${title}`,
    summary,
    [...facts, { name: 'Environment', value: `${environment.name} (${environment.colour})` }]
      .map(({ name, value }) => `${name}: ${value}`)
      .join('\n'),
    ...lists.map((list) =>
      [`${list.title}:`, ...list.lines.map(({ text, link: to }) => `- ${text}${to === null ? '' : `  ${to}`}`)].join('\n'),
    ),
    ...(next === null ? [] : [`Next: ${next}`]),
    ...(link === null ? [] : [link]),
  ].join('\n\n');
}
