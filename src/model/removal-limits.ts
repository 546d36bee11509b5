/** How much of a shop may be removed without a person (rule 13). */
export interface RemovalLimits {
  /** Of one set: how much of what stands in the shop, in percent, and how many entities. */
  readonly maxPercent: number;
  readonly maxCount: number;
  /** Of all roads together, over 24 hours. */
  readonly maxPercentPerDay: number;
  readonly maxCountPerDay: number;
  /** A listing of fewer keys proves nothing. */
  readonly minListed: number;
  /** By how much a listing, or what stands in its records, may be less than in the last one, in percent. */
  readonly maxShrinkPercent: number;
}
