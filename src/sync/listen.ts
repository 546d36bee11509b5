import { pause } from './pause.js';

export interface Listening {
  /** For how long, milliseconds. */
  readonly forMs: number;
  /** The longest single wait: less than the lease of the feed. */
  readonly longestWaitMs: number;
  /** Between two waits that brought nothing, so that others who want the feed get it. */
  readonly betweenMs: number;
  readonly signal: AbortSignal;
}

/**
 * Reads again and again, each time letting the source wait for a change where there is none yet. A source that does not
 * wait is asked once: the next look is the schedule's.
 */
export async function listen(read: (waitMs: number) => Promise<number>, listening: Listening): Promise<void> {
  const ends = performance.now() + listening.forMs;
  for (let left = listening.forMs; left > 0 && !listening.signal.aborted; left = ends - performance.now()) {
    const waitMs = Math.ceil(Math.min(listening.longestWaitMs, left));
    const began = performance.now();
    const seen = await read(waitMs);
    if (seen > 0) continue;
    if (performance.now() - began < waitMs / 2) return;
    await pause(listening.betweenMs, listening.signal);
  }
}
