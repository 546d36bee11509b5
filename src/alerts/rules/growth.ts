/** [epoch milliseconds, how many], oldest first. */
export type Samples = readonly (readonly [number, number])[];

/** Twelve or so samples a window are enough to see where it goes. */
const perWindow = 12;

/** The samples with one more, where it is time for one; the newest always stands for now. What lies further back than the window goes, but for one. */
export function withSample(samples: Samples, [now, many]: readonly [number, number], windowMs: number): Samples {
  const last = samples.at(-2);
  const tooSoon = last !== undefined && now - last[0] < windowMs / perWindow;
  const kept = tooSoon ? samples.slice(0, -1) : samples;
  const from = kept.findLastIndex(([time]) => now - time >= windowMs);
  return [...kept.slice(Math.max(0, from)), [now, many]];
}

/** Whether it grew from each sample to the next, over the whole window. */
export function isGrowing(samples: Samples, windowMs: number): boolean {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last || samples.length < 4 || last[0] - first[0] < windowMs) return false;
  return samples.every(([, many], index) => index === 0 || many > (samples[index - 1]?.[1] ?? 0));
}
