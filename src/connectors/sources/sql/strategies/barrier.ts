import { z } from 'zod';
import type { ConnectorLog } from '../../../contract/index.js';

/**
 * Numbers are drawn in one order and committed in another: whoever has seen 11 may not have seen 10, whose transaction is
 * still open. A barrier remembers the newest number there was at a time, and who was writing then: once all of those are
 * through, no number up to it can appear any more. Where the server does not tell who is writing, time has to do.
 */
export const Barrier = z.object({
  /** The newest number when it was set up, as text: it may be larger than JavaScript's. */
  upTo: z.string(),
  /** The source's clock then. */
  at: z.number(),
  /** Transactions that were under way after that; null: nobody can tell. */
  waits: z.array(z.string()).nullable(),
});
export type Barrier = z.infer<typeof Barrier>;

/** What is known when a window begins: the source's clock, and who was writing after the newest number was read. */
export interface Horizon {
  readonly now: number;
  readonly writers: readonly string[] | null;
  readonly overlapMs: number;
}

/** A transaction that is open for longer is not waited for: the whole feed would stand still with it. */
export const longestWaitMs = 600_000;

export type Verdict = 'through' | 'waiting' | 'stalled';

export function judge({ at, waits }: Pick<Barrier, 'at' | 'waits'>, { now, writers, overlapMs }: Horizon): Verdict {
  if (waits === null || writers === null) return now - at >= overlapMs ? 'through' : 'waiting';
  if (!waits.some((one) => writers.includes(one))) return 'through';
  return now - at >= longestWaitMs ? 'stalled' : 'waiting';
}

export function warnOfStalled(log: ConnectorLog, entity: string, barriers: readonly Pick<Barrier, 'waits'>[]): void {
  if (barriers.length === 0) return;
  const transactions = new Set(barriers.flatMap(({ waits }) => waits ?? [])).size;
  log.warn('a transaction in the source has been open for ten minutes: what it commits may not be noticed before the next full pass', {
    entity,
    transactions,
  });
}
