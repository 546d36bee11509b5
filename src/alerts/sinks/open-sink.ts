import type { Channel } from '../alerts-config.js';
import { emailSink } from './email.js';
import type { Sink } from './sink.js';
import { slackSink } from './slack.js';
import { webhookSink } from './webhook.js';

/** The sink of a channel. A further kind is a file beside this one, a line here, and its words in `file/alerts-schema.ts`. */
export function openSink(channel: Channel): Sink {
  if (channel.kind === 'slack') return slackSink(channel.url);
  if (channel.kind === 'webhook') return webhookSink(channel.name, channel.url, channel.secret);
  return emailSink(channel);
}
