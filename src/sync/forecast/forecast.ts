/** How far a pass was at a time: how many of the records it has listed were through. */
export interface Sample {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly done: number;
}

export interface PassExtent {
  /** Records listed so far. */
  readonly listed: number;
  /** How many there will be, where the source says so. */
  readonly total: number | null;
  /** The last page was listed. */
  readonly complete: boolean;
}

/** How long a pass will take at its present rate. */
export interface Forecast {
  readonly done: number;
  readonly left: number;
  /** More may be left than that: not everything is listed, and the source does not tell how much there is. */
  readonly atLeast: boolean;
  readonly perSecond: number | null;
  /** Null where nothing moves, or nobody has looked for long enough. */
  readonly secondsLeft: number | null;
}

/** A pass that is not through before the next one is due. */
export interface Outlasting {
  readonly everySeconds: number;
  /** How long it takes from its start, at its present rate. */
  readonly takesSeconds: number;
}

/** Null where it is through in time, or nobody can say. Pure. */
export function outlasting(
  { secondsLeft }: Pick<Forecast, 'secondsLeft'>,
  ranSeconds: number,
  everySeconds: number | null,
): Outlasting | null {
  if (everySeconds === null) return null;
  const takesSeconds = Math.round(ranSeconds + (secondsLeft ?? 0));
  return takesSeconds > everySeconds ? { everySeconds, takesSeconds } : null;
}

/** The present is the last so many milliseconds. */
const presentMs = 60_000;
/** A rate of less than that says nothing. */
const shortestMs = 1_000;

/** What is left of a pass, and for how long at the rate of the samples, the oldest first. Pure. */
export function forecast({ listed, total, complete }: PassExtent, samples: readonly Sample[]): Forecast {
  const done = Math.min(listed, samples.at(-1)?.done ?? 0);
  const expected = complete ? listed : Math.max(listed, total ?? 0);
  const left = Math.max(0, expected - done);
  const rate = rateOf(samples);
  const perSecond = rate === null ? null : Math.round(rate * 100) / 100;
  const atLeast = !complete && total === null;
  const secondsLeft = left === 0 && !atLeast ? 0 : rate === null || rate <= 0 ? null : Math.ceil(left / rate);
  return { done, left, atLeast, perSecond, secondsLeft };
}

/** The samples with one more; of the older ones those that the present reaches back to. */
export function withSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const reaching = samples.findLastIndex(({ at }) => sample.at - at >= presentMs);
  return [...samples.slice(Math.max(0, reaching)), sample];
}

function rateOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < shortestMs) return null;
  return Math.max(0, ((last.done - first.done) * 1_000) / (last.at - first.at));
}
