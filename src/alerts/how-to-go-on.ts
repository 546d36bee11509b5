import type { SendResult } from './sinks/sink.js';
import type { NotSent, TakenMessage } from './sql/messages.js';

/** Tries of one message before its channel's stand-in gets it as well. */
const triesAlone = 3;
/** A channel that wants to rest longer is stood in for at once. */
const longestWaitAloneMs = 5 * 60_000;
const firstWaitMs = 5_000;
const longestWaitMs = 10 * 60_000;
/** No answer from outside makes a channel rest for longer. */
const longestRestMs = 3_600_000;
/** What only a person can mend is looked after now and then. */
const refusedWaitMs = 15 * 60_000;
/** A message that could not be sent for so long is given up on. */
const longestAgeMs = 24 * 3_600_000;

export interface Situation {
  /** Failures of the channel in a row, before this one. */
  readonly failures: number;
  readonly message: Pick<TakenMessage, 'attempts' | 'ageMs'>;
  readonly fallback: string | null;
}

/** What becomes of a message that did not leave, pure: when it is tried again, how long the channel rests, who gets it in its place. */
export function howToGoOn(
  result: Exclude<SendResult, { kind: 'sent' }>,
  { failures, message, fallback }: Situation,
): Omit<NotSent, 'reason'> {
  const isTooOld = message.ageMs >= longestAgeMs;
  if (result.kind === 'unreadable') return { againMs: null, restMs: 0, channelFailed: false, fallback };
  if (result.kind === 'refused') return { againMs: isTooOld ? null : refusedWaitMs, restMs: refusedWaitMs, channelFailed: true, fallback };
  const restMs = Math.min(result.afterMs ?? Math.min(firstWaitMs * 2 ** Math.min(failures, 20), longestWaitMs), longestRestMs);
  const isHopeless = message.attempts >= triesAlone || restMs > longestWaitAloneMs;
  return { againMs: isTooOld ? null : restMs, restMs, channelFailed: true, fallback: isHopeless ? fallback : null };
}
