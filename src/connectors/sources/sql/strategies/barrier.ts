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
  /** Transactions that were given up on; time has to do for what they write. */
  readonly stalled: readonly string[];
}

/** A transaction that is open for longer is not waited for: the whole feed would stand still with it. */
export const longestWaitMs = 600_000;

type Waiting = Pick<Barrier, 'at' | 'waits'>;

export function judge({ at, waits }: Waiting, { now, writers, overlapMs, stalled }: Horizon): 'through' | 'waiting' {
  const isOver = now - at >= overlapMs ? 'through' : 'waiting';
  if (waits === null || writers === null) return isOver;
  const open = waits.filter((one) => writers.includes(one));
  if (open.length === 0) return 'through';
  return open.every((one) => stalled.includes(one)) ? isOver : 'waiting';
}

/**
 * Those that some barrier has waited for too long, and those that were known before and are still open. They are kept in
 * the cursor: with each of them the horizon stands still once, and is told of once.
 */
export function stalledOf(
  { log, entity }: { readonly log: ConnectorLog; readonly entity: { readonly name: string } },
  known: readonly string[],
  barriers: readonly Waiting[],
  { now, writers }: Pick<Horizon, 'now' | 'writers'>,
): string[] {
  if (writers === null) return [];
  const late = barriers.flatMap(({ at, waits }) => (now - at >= longestWaitMs ? (waits ?? []) : []));
  const stalled = writers.filter((one) => known.includes(one) || late.includes(one));
  const transactions = stalled.filter((one) => !known.includes(one)).length;
  if (transactions > 0)
    log.warn(
      'a transaction in the source has been open for ten minutes: what it commits later than the overlap is found by the next full pass',
      {
        entity: entity.name,
        transactions,
      },
    );
  return stalled;
}
