import type { Log } from '../logging/log.js';
import type { Sql } from '../database/sql.js';
import type { AlertsConfig, Channel } from './alerts-config.js';
import { noticeOf, type NoticeContext } from './notice/notice-of.js';
import type { SendResult, Sink } from './sinks/sink.js';
import { howToGoOn } from './how-to-go-on.js';
import { dropMessage, failuresOf, messageNotSent, messageSent, takeMessage, type TakenMessage } from './sql/messages.js';

export interface Delivery {
  readonly sql: Sql;
  readonly log: Log;
  readonly config: Pick<AlertsConfig, 'channels'>;
  readonly context: () => NoticeContext;
  sinkOf(channel: Channel): Sink;
  readonly signal: AbortSignal;
}

/** Sends what is due, each channel at its own pace: one that does not answer keeps no other waiting. Answers how many left. */
export async function deliverMessages(delivery: Delivery): Promise<number> {
  const sent = await Promise.all([...delivery.config.channels.values()].map((channel) => deliverTo(delivery, channel)));
  return sent.reduce((sum, count) => sum + count, 0);
}

async function deliverTo(delivery: Delivery, channel: Channel): Promise<number> {
  const { sql, signal } = delivery;
  const sink = delivery.sinkOf(channel);
  let sent = 0;
  while (!signal.aborted) {
    const message = await takeMessage(sql, channel.name, sink.gapMs);
    if (message === null) return sent;
    if (message.isOver === true && message.kind !== 'recovered') await dropMessage(sql, message);
    else if (await deliverOne(delivery, channel, sink, message)) sent += 1;
  }
  return sent;
}

async function deliverOne({ sql, log, context, signal }: Delivery, channel: Channel, sink: Sink, message: TakenMessage): Promise<boolean> {
  const notice = noticeOf(message, context());
  const result = await sink.send(notice, message.key, signal);
  if (result.kind === 'sent') {
    await messageSent(sql, message);
    return true;
  }
  const failures = await failuresOf(sql, channel.name);
  await messageNotSent(sql, message, {
    reason: reasonOf(result, context()),
    ...howToGoOn(result, { failures, message, fallback: channel.fallback }),
  });
  // Once while it lasts: what is tried every few minutes would fill the log.
  if (failures === 0) log.warn('a channel does not take alerts', { channel: channel.name, reason: reasonOf(result, context()) });
  return false;
}

function reasonOf(result: Exclude<SendResult, { kind: 'sent' }>, { hide }: NoticeContext): string {
  return hide(result.reason);
}
