import { problemOf } from '../../../test/kit/slack/problem-of.js';
import type { Notice } from '../notice/notice.js';
import { slackMessage } from './slack-message.js';

const notice: Notice = {
  environment: { name: 'production', colour: 'red', production: true },
  tone: 'critical',
  title: 'A run failed: products',
  summary: 'it is <b>broken</b> & <!channel> knows',
  facts: [{ name: 'How many', value: '3' }],
  lists: [{ title: 'The first of them', lines: [{ text: 'a|b>c', link: 'https://sync.example.com/api/v1/queue/entries/p/a%7Cb' }] }],
  next: 'pim2shop status',
  link: 'https://sync.example.com/api/v1/alerts/3',
};

describe('a notice in Slack', () => {
  it('has the colour of the environment and its name, and nothing of it is taken for a command of Slack', () => {
    const message = slackMessage(notice);
    expect(message.attachments?.[0]?.color).toBe('#e01e5a');
    const text = JSON.stringify(message);
    for (const said of ['*production* (red)', '&lt;!channel&gt;', '<https://sync.example.com/api/v1/alerts/3|open>', 'a|b&gt;c>'])
      expect(text).toContain(said);
    expect(text).not.toContain('<!channel>');
  });

  it('stays within the bounds of blocks, whatever is told', () => {
    const long = 'ä"<\n'.repeat(5_000);
    const line = { text: long, link: null };
    const message = slackMessage({
      ...notice,
      title: long,
      summary: long,
      next: long,
      facts: Array.from({ length: 20 }, () => ({ name: long, value: long })),
      lists: [
        { title: 'first', lines: [line, line] },
        { title: 'many', lines: Array.from({ length: 400 }, () => ({ text: 'one of many', link: null })) },
      ],
    });
    expect(problemOf(message)).toBeNull();
  });
});
