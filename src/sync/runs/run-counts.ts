/** What a run did, for people and for the identities of S15. Documents and requests are counted beside the entries. */
export interface RunCounts {
  seen: number;
  enqueued: number;
  coalesced: number;
  filtered: number;
  /** Entries closed because the shop acknowledged something new. */
  settled: number;
  /** Entries closed without anything to send. */
  unchanged: number;
  /** Entries closed by taking down what the shop had. */
  removed: number;
  dead: number;
  absent: number;
  /** Entries that were dead or absent and that a person had tried again. */
  revived: number;
  /** Entries that a person took out of the queue. */
  discarded: number;
  /** Acknowledged under a newer revision: closes nothing. */
  delivered: number;
  retried: number;
  parked: number;
  documents: { written: number; created: number; adopted: number; takenDown: number; rejected: number; warnings: number };
  held: number;
}

export function noCounts(): RunCounts {
  return {
    seen: 0,
    enqueued: 0,
    coalesced: 0,
    filtered: 0,
    settled: 0,
    unchanged: 0,
    removed: 0,
    dead: 0,
    absent: 0,
    revived: 0,
    discarded: 0,
    delivered: 0,
    retried: 0,
    parked: 0,
    documents: { written: 0, created: 0, adopted: 0, takenDown: 0, rejected: 0, warnings: 0 },
    held: 0,
  };
}

/** What is left of `all` without `part`. */
export function subtractCounts({ documents, ...all }: RunCounts, { documents: ofPart, ...part }: RunCounts): RunCounts {
  return { ...difference(all, part), documents: difference(documents, ofPart) };
}

function difference<Counts extends Record<string, number>>(all: Counts, part: Counts): Counts {
  return Object.fromEntries(Object.entries(all).map(([name, count]) => [name, count - (part[name] ?? 0)])) as Counts;
}
