import { didYouMean } from '../mapping/did-you-mean.js';
import { Refusal } from '../model/refusal.js';
import type { AlertsConfig, Channel } from './alerts-config.js';
import { noticeOf, type NoticeContext } from './notice/notice-of.js';
import { openSink } from './sinks/open-sink.js';

export interface TestedChannel {
  readonly channel: string;
  /** Null: it took the message. */
  readonly problem: string | null;
}

/** Every channel, or the one that is named. Throws with one sentence where there is none. */
export function channelsToTest({ channels }: Pick<AlertsConfig, 'channels'>, only: string | null): Channel[] {
  const names = [...channels.keys()];
  if (names.length === 0) throw new Refusal('unknown', 'There is no channel: write one under `channels` in alerts.yaml (docs/alerts.md).');
  if (only !== null && !channels.has(only)) throw new Refusal('unknown', `There is no channel "${only}": ${didYouMean(only, names)}`);
  return [...channels.values()].filter(({ name }) => only === null || name === only);
}

/** Sends a test message to these at once, and tries nothing again. */
export function sendTest(channels: readonly Channel[], context: NoticeContext, key: string): Promise<TestedChannel[]> {
  return Promise.all(channels.map((channel) => testOne(channel, context, key)));
}

async function testOne(channel: Channel, context: NoticeContext, key: string): Promise<TestedChannel> {
  const sink = openSink(channel);
  try {
    const notice = noticeOf({ kind: 'test', content: { test: true }, insteadOf: null }, context);
    const result = await sink.send(notice, `${key} ${channel.name}`, new AbortController().signal);
    return { channel: channel.name, problem: result.kind === 'sent' ? null : context.hide(result.reason) };
  } finally {
    sink.close();
  }
}
