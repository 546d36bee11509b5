import { startServer, type StandInAnswer, type StandInRequest, type StandInServer } from '../stand-in/index.js';
import { problemOf, type SlackPayload } from './problem-of.js';

/**
 * Slack's incoming webhooks: answers as https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks documents them, one message a
 * second and address, and what does not fit its blocks is refused. Other answers are faults of the server.
 */
export interface Slack {
  readonly server: StandInServer;
  /** The address of a channel, made by asking for it. */
  url(channel: string): string;
  /** What arrived in a channel, oldest first. */
  messages(channel: string): readonly SlackPayload[];
  /** As if so much time had gone by. */
  passTime(ms: number): void;
  close(): Promise<void>;
}

/** Clocks of two ends never agree to the millisecond. */
const gapMs = 950;

export async function startSlack(): Promise<Slack> {
  const channels = new Map<string, SlackPayload[]>();
  const last = new Map<string, number>();
  let passedMs = 0;
  const handle = ({ method, path, body, invalidJson }: StandInRequest): StandInAnswer => {
    const [, channel = ''] = /^\/services\/T0\/B0\/([a-z-]+)$/.exec(path) ?? [];
    const messages = channels.get(channel);
    if (method !== 'POST') return { status: 405, body: 'method_not_allowed' };
    if (!messages) return { status: 404, body: 'no_service' };
    const now = performance.now() + passedMs;
    if (now - (last.get(channel) ?? -Infinity) < gapMs) return { status: 429, headers: { 'retry-after': '1' }, body: 'rate_limited' };
    last.set(channel, now);
    const problem = invalidJson ? 'invalid_payload' : problemOf(body);
    if (problem !== null) return { status: 400, body: problem };
    messages.push(body as SlackPayload);
    return { status: 200, body: 'ok' };
  };
  const server = await startServer(handle);
  return {
    server,
    url(channel) {
      if (!channels.has(channel)) channels.set(channel, []);
      return `${server.url}/services/T0/B0/${channel}`;
    },
    messages: (channel) => channels.get(channel) ?? [],
    passTime: (ms) => void (passedMs += ms),
    close: () => server.close(),
  };
}

/** Everything a person reads of a message, as one text. */
export function textOf(payload: SlackPayload | undefined): string {
  return JSON.stringify(payload ?? null);
}
