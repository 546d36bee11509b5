import type { CatalogAssociations, CatalogValues } from '../catalog/index.js';
import type { Model, Product } from './state.js';

/** What a record shows: its own values and what it inherits. */
export interface Shown {
  readonly values: CatalogValues;
  readonly categories: readonly string[];
  readonly associations: CatalogAssociations;
}

/**
 * Who inherits what. An answer worked out before holds as long as the record and what its parent shows
 * are still the same objects, so that an edit costs only what stands below it.
 */
export class Inheritance {
  #shown = new WeakMap<object, { readonly inherited: Shown | null; readonly shown: Shown }>();
  #ancestors = new Map<string, readonly Model[]>();

  /** Models by code in lower case. */
  constructor(private readonly models: ReadonlyMap<string, Model>) {}

  modelsChanged(): void {
    this.#ancestors.clear();
  }

  /** Parent and its parent, nearest first. */
  ancestors({ parent }: { readonly parent: string | null }): readonly Model[] {
    if (parent === null) return none;
    const known = this.#ancestors.get(parent);
    if (known) return known;
    const model = this.models.get(parent.toLowerCase());
    const found = model ? [model, ...this.ancestors(model)] : none;
    this.#ancestors.set(parent, found);
    return found;
  }

  shown(record: Product | Model): Shown {
    const parent = record.parent === null ? undefined : this.models.get(record.parent.toLowerCase());
    const inherited = parent ? this.shown(parent) : null;
    const known = this.#shown.get(record);
    if (known?.inherited === inherited) return known.shown;
    const shown = inherited === null ? record : below(inherited, record);
    this.#shown.set(record, { inherited, shown });
    return shown;
  }
}

const none: readonly Model[] = [];

function below(inherited: Shown, own: Shown): Shown {
  return {
    values: { ...inherited.values, ...own.values },
    categories: [...new Set([...own.categories, ...inherited.categories])],
    associations: merged(own.associations, inherited.associations),
  };
}

function merged(own: CatalogAssociations, inherited: CatalogAssociations): CatalogAssociations {
  const all = { ...inherited };
  for (const [type, members] of Object.entries(own)) {
    const above = inherited[type];
    const both = (kind: 'products' | 'product_models' | 'groups') => [...new Set([...members[kind], ...(above?.[kind] ?? [])])];
    all[type] = { products: both('products'), product_models: both('product_models'), groups: both('groups') };
  }
  return all;
}
