/** How much one run may remove without a person. */
export interface RemovalLimits {
  readonly maxPercent: number;
  readonly maxCount: number;
}

export type RemovalVerdict = { readonly kind: 'go' } | { readonly kind: 'hold'; readonly reason: string };

/**
 * Decides the removals of a run as one set, before the first is sent (rule 13). `listed` is what the
 * pass saw, `live` what the shop has of this pipeline. An empty listing never removes anything: a PIM
 * that lost its rights or its index answers the same as one that was emptied. The percentage is not
 * asked of the first five removals: in a small catalogue one product is a large part.
 */
export function judgeRemovals(removals: number, listed: number, live: number, limits: RemovalLimits): RemovalVerdict {
  if (removals === 0) return { kind: 'go' };
  if (listed === 0) return { kind: 'hold', reason: `the source listed nothing, while ${live} stand in the shop` };
  if (removals > limits.maxCount) return { kind: 'hold', reason: `${removals} removals are more than deletes.maxCount ${limits.maxCount}` };
  const percent = (100 * removals) / Math.max(1, live);
  if (removals > 5 && percent > limits.maxPercent) {
    return {
      kind: 'hold',
      reason: `${removals} of ${live} are ${percent.toFixed(1)} %, more than deletes.maxPercent ${limits.maxPercent}`,
    };
  }
  return { kind: 'go' };
}
