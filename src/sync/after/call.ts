import { Webhook } from 'standardwebhooks';
import type { Environment } from '../../config/settings.js';
import { ConnectorError } from '../../connectors/contract/index.js';
import { createHttpClient } from '../../connectors/http/index.js';
import { secrets } from '../../logging/secrets.js';
import type { AfterCall } from '../../config/load-after-calls.js';
import { callBody, callId, mostAttempts, pauseAfter, type RunToTell } from './after-call.js';
import type { CallEnd } from './sql/take-call.js';

/** How long a call may take, milliseconds: a cache that is purged answers at once, and what takes longer should say 202. */
export const callMs = 15_000;

/** Makes one try, signed by Standard Webhooks; its `webhook-id` is the same for every try. Never throws for what the other side does. */
export async function call({ url, secret }: AfterCall, told: RunToTell, environment: Environment, signal: AbortSignal): Promise<CallEnd> {
  const client = createHttpClient({
    ...{ connection: `after ${told.pipeline}`, baseUrl: url, concurrency: 1, timeoutMs: callMs, maxBytes: 100_000, retries: 0 },
  });
  const body = callBody(told, environment);
  const now = new Date();
  const headers = {
    'webhook-id': callId(told.run),
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(callId(told.run), now, body),
  };
  try {
    const { status, retryAfterMs } = await client.request({
      ...{ method: 'POST', path: url, body: Buffer.from(body), contentType: 'application/json', headers, accept: 'text', signal },
    });
    if (status >= 200 && status < 300) return { kind: 'called' };
    return failed(told, `it answered ${status}`, retryAfterMs);
  } catch (error) {
    if (error instanceof ConnectorError) return failed(told, secrets.hide(error.message), null);
    throw error;
  } finally {
    client.close();
  }
}

/** A 4xx as well: whoever mends the other side within the day wants to be told. */
function failed({ attempt }: RunToTell, error: string, askedForMs: number | null): CallEnd {
  return attempt >= mostAttempts ? { kind: 'given-up', error } : { kind: 'again', afterMs: pauseAfter(attempt, askedForMs), error };
}
