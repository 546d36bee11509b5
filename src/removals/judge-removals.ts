import type { RemovalLimits } from '../model/removal-limits.js';

export type RemovalVerdict = { readonly kind: 'go' } | { readonly kind: 'hold'; readonly reason: string };

/** What a completed pass saw. */
export interface PassFacts {
  /** Records, each once. */
  readonly listed: number;
  /** By the last completed pass; null before there was one. */
  readonly lastListed: number | null;
  /** Values that stood in its records, all together; null for a pass that read only keys. */
  readonly values: number | null;
  /** In the last full pass by the same mapping, with how many records it had. */
  readonly lastValues: { readonly values: number; readonly listed: number } | null;
}

/** The percentage is not asked of so many removals: in a small catalogue one product is a large part. */
export const freeOfPercent = 5;

/**
 * Whether a pass is to be believed: a PIM that lost its rights, its index or half of its data answers the same as one that
 * was emptied. Null: nothing speaks against it. A pass whose records lost their values is as much a mass delete as
 * one that lost records.
 */
export function suspectPass({ listed, lastListed, values, lastValues }: PassFacts, live: number, limits: RemovalLimits): string | null {
  if (live === 0) return null;
  if (listed === 0) return `the source listed nothing, while ${live} stand in the shop`;
  if (listed < limits.minListed) return `the source listed ${listed}, fewer than deletes.minListed ${limits.minListed}`;
  const kept = 1 - limits.maxShrinkPercent / 100;
  if (lastListed !== null && lastListed - listed > freeOfPercent && listed < lastListed * kept)
    return `the source listed ${listed}, the last time ${lastListed}: that is less by more than deletes.maxShrinkPercent ${limits.maxShrinkPercent}`;
  if (values === null || lastValues === null || lastValues.listed === 0) return null;
  const [now, before] = [values / listed, lastValues.values / lastValues.listed];
  return now < before * kept
    ? `its records have ${now.toFixed(1)} values each, the last time ${before.toFixed(1)}: that is less by more than deletes.maxShrinkPercent ${limits.maxShrinkPercent}`
    : null;
}

/** Decides the removals of a run as one set, before the first is sent (rule 13). `live` is what the shop has of this pipeline. */
export function judgeRemovals(removals: number, live: number, limits: RemovalLimits): RemovalVerdict {
  if (removals === 0) return { kind: 'go' };
  if (removals > limits.maxCount) return { kind: 'hold', reason: `${removals} removals are more than deletes.maxCount ${limits.maxCount}` };
  const percent = (100 * removals) / Math.max(1, live);
  if (removals > freeOfPercent && percent > limits.maxPercent) {
    return {
      kind: 'hold',
      reason: `${removals} of ${live} are ${percent.toFixed(1)} %, more than deletes.maxPercent ${limits.maxPercent}`,
    };
  }
  return { kind: 'go' };
}
