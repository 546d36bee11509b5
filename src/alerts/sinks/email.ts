import { createTransport } from 'nodemailer';
import { secrets } from '../../logging/secrets.js';
import { plainText, subjectOf } from '../notice/plain-text.js';
import { sendMs, type SendResult, type Sink } from './sink.js';

/** E-mail by a mail server. The message id is the same for every try, so that a mailbox may know it again. */
export function emailSink({ server, from, to }: { readonly server: string; readonly from: string; readonly to: readonly string[] }): Sink {
  const transport = createTransport({ url: server, connectionTimeout: sendMs, greetingTimeout: sendMs, socketTimeout: sendMs });
  return {
    gapMs: 0,
    close: () => transport.close(),
    async send(notice, key) {
      try {
        await transport.sendMail({
          from,
          to: [...to],
          subject: subjectOf(notice),
          text: plainText(notice),
          messageId: `<${key.replace(/[^a-zA-Z0-9-]+/g, '.')}@pim2shop>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        return { kind: 'sent' };
      } catch (error) {
        return judge(error);
      }
    },
  };
}

/** A permanent answer (5xx) or a refused sign-in is for a person; everything else is tried again (RFC 5321, 4.2.1). */
function judge(error: unknown): SendResult {
  const { responseCode, code, message } = error as { readonly responseCode?: number; readonly code?: string; readonly message?: string };
  const reason = secrets.hide(`the mail server: ${message ?? String(error)}`);
  const isRefused = code === 'EAUTH' || (responseCode !== undefined && responseCode >= 500);
  return isRefused ? { kind: 'refused', reason } : { kind: 'later', reason, afterMs: null };
}
