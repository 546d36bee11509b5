/** What an interrupted or busy reading means for its run. */
const problems: Readonly<Partial<Record<string, string>>> = {
  busy: 'another process is reading this feed now',
  overtaken: 'another process took over the reading of this feed',
  paused: 'a person paused the connection this is read from: `pim2shop status` says who and why',
};

/**
 * Reads once nobody else does: a reader that died still holds the feed for the rest of its lease. Waits that long, and
 * throws where somebody lives.
 */
export async function onceFree<Result>(
  { leaseMs, signal }: { readonly leaseMs: number; readonly signal: AbortSignal },
  read: () => Promise<Result>,
  stateOf: (result: Result) => string,
): Promise<Result> {
  const deadline = performance.now() + leaseMs * 1.2;
  for (;;) {
    const result = await read();
    if (stateOf(result) !== 'busy' || signal.aborted || performance.now() > deadline) {
      const problem = problems[stateOf(result)];
      if (problem !== undefined) throw new Error(problem);
      return result;
    }
    await new Promise((resolve) => setTimeout(resolve, betweenTriesMs(leaseMs)));
  }
}

/** Whoever keeps a feed for long leaves it free for longer than this now and then. */
export function betweenTriesMs(leaseMs: number): number {
  return Math.min(100, leaseMs / 20);
}
