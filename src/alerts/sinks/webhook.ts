import { Webhook } from 'standardwebhooks';
import { createHttpClient } from '../../connectors/http/index.js';
import { ConnectorError } from '../../connectors/contract/index.js';
import type { Notice } from '../notice/notice.js';
import { sendMs, type SendResult, type Sink } from './sink.js';

/** Any address that takes JSON; signed by Standard Webhooks where there is a secret. Its `webhook-id` is the same for every try. */
export function webhookSink(name: string, url: string, secret: string | null): Sink {
  const client = createHttpClient({ connection: name, baseUrl: url, concurrency: 1, timeoutMs: sendMs, maxBytes: 100_000 });
  return {
    gapMs: 0,
    close: () => client.close(),
    async send(notice, key, signal) {
      const body = JSON.stringify(bodyOf(notice, key));
      try {
        const answer = await client.request({
          method: 'POST',
          path: url,
          body: Buffer.from(body),
          contentType: 'application/json',
          headers: signed(secret, key, body),
          accept: 'text',
          signal,
        });
        return judge(answer);
      } catch (error) {
        if (error instanceof ConnectorError) return { kind: 'later', reason: error.message, afterMs: null };
        throw error;
      }
    },
  };
}

function judge({ status, retryAfterMs: afterMs }: { readonly status: number; readonly retryAfterMs: number | null }): SendResult {
  const reason = `it answered ${status}`;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 408 || status === 429 || status >= 500) return { kind: 'later', reason, afterMs };
  if (status === 400 || status === 413 || status === 422) return { kind: 'unreadable', reason };
  return { kind: 'refused', reason };
}

/** The notice as it is, with what a program asks first. */
function bodyOf({ environment, tone, ...rest }: Notice, key: string): object {
  return { type: 'pim2shop.alert', id: idOf(key), environment: environment.name, colour: environment.colour, tone, ...rest };
}

/** Dots would end the id where it is signed. */
function idOf(key: string): string {
  return `alert_${key.replace(/[^a-zA-Z0-9-]+/g, '_')}`;
}

function signed(secret: string | null, key: string, body: string): Readonly<Record<string, string>> {
  const now = new Date();
  const head = { 'webhook-id': idOf(key), 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)) };
  if (secret === null) return head;
  return { ...head, 'webhook-signature': new Webhook(secret).sign(head['webhook-id'], now, body) };
}
