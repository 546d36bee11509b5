import { IncomingWebhook, IncomingWebhookHTTPError, IncomingWebhookRequestError, type FetchFunction } from '@slack/webhook';
import { retryAfterMs } from '../../connectors/http/index.js';
import { slackMessage, slackText } from './slack-message.js';
import { sendMs, type SendResult, type Sink } from './sink.js';

/** Slack takes one message a second and webhook: https://docs.slack.dev/apis/web-api/rate-limits */
const slackGapMs = 1_000;

/** A channel of Slack, by its incoming webhook. */
export function slackSink(url: string): Sink {
  return {
    gapMs: slackGapMs,
    close: () => undefined,
    async send(notice, _key, signal) {
      const result = await post(url, slackMessage(notice), signal);
      // Its blocks are refused: what matters is said without them.
      return result.kind === 'unreadable' ? post(url, slackText(notice), signal) : result;
    },
  };
}

type Message = Parameters<IncomingWebhook['send']>[0];

async function post(url: string, message: Message, signal: AbortSignal): Promise<SendResult> {
  let afterMs: number | null = null;
  // The library hands over a status without its headers, and Retry-After is one of them.
  const listening: FetchFunction = async (to, init) => {
    const answer = await fetch(to, { ...init, signal: AbortSignal.any([signal, ...(init?.signal ? [init.signal] : [])]) });
    afterMs = retryAfterMs(answer.headers.get('retry-after') ?? undefined);
    return answer;
  };
  try {
    await new IncomingWebhook(url, { timeout: sendMs, fetch: listening }).send(message);
    return { kind: 'sent' };
  } catch (error) {
    if (error instanceof IncomingWebhookHTTPError) return judge(error, afterMs);
    if (error instanceof IncomingWebhookRequestError) return { kind: 'later', reason: causeOf(error), afterMs: null };
    throw error;
  }
}

/** What Slack's answers mean: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors */
function judge({ statusCode, body }: IncomingWebhookHTTPError, afterMs: number | null): SendResult {
  const said = (body ?? '').slice(0, 200);
  const reason = `Slack answered ${statusCode}${said === '' ? '' : ` ${said}`}`;
  if (statusCode === 429 || statusCode >= 500 || statusCode === 408) return { kind: 'later', reason, afterMs };
  // 403 action_prohibited, 404 channel_not_found, 410 channel_is_archived; 400 speaks of the message, but for these.
  if (statusCode !== 400 || /invalid_token|no_service|no_team|team_disabled/.test(said)) return { kind: 'refused', reason };
  return { kind: 'unreadable', reason };
}

function causeOf(error: IncomingWebhookRequestError): string {
  const { cause } = error.original;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `Slack did not answer: ${error.original.message}${code}`;
}
