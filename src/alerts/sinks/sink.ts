import type { Notice } from '../notice/notice.js';

/** What became of a try to send. */
export type SendResult =
  | { readonly kind: 'sent' }
  /** Try again: after so long, where it said so, milliseconds. */
  | { readonly kind: 'later'; readonly reason: string; readonly afterMs: number | null }
  /** It takes nothing from us until a person does something about it. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It does not take this message. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Where messages go. A sink never throws for what the other side does. */
export interface Sink {
  /** Time between two messages, over all processes, milliseconds. */
  readonly gapMs: number;
  /** `key` is the same for every try of one message. */
  send(notice: Notice, key: string, signal: AbortSignal): Promise<SendResult>;
  close(): void;
}

/** A try that takes longer has failed. */
export const sendMs = 10_000;
