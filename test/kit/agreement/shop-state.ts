/** A shop as a customer could tell it, ids replaced by what they mean. Both what is expected and what stands there take this form. */
export interface ShopState {
  /** By SKU in lower case. */
  readonly products: ReadonlyMap<string, ShopProduct>;
  /** Category names from the top of the tree down, joined by ` / `, by store view. */
  readonly categories: Readonly<Record<Store, ReadonlySet<string>>>;
}

export const stores = ['all', 'de'] as const;
export type Store = (typeof stores)[number];

export interface ShopProduct {
  readonly sku: string;
  readonly type: string;
  readonly attributeSet: string;
  /** Paths as in `ShopState.categories.all`. */
  readonly categories: readonly string[];
  /** SKUs in lower case, sorted; of a configurable. */
  readonly children: readonly string[];
  /** Attribute codes by which they differ, sorted. */
  readonly axes: readonly string[];
  readonly pictures: number;
  /** `crosssell bag-2`, sorted. */
  readonly links: readonly string[];
  /** Field or attribute code → shown value; a list of options sorted and joined. */
  readonly values: Readonly<Record<Store, Readonly<Record<string, string>>>>;
}
