import type { Category } from './categories.js';
import { ROOT } from './categories.js';
import { optionAnswer } from './configurables.js';
import { productAnswer } from './product-answer.js';
import type { Product } from './product.js';
import type { Shop } from './shop.js';
import { ADMIN } from './stores.js';

/** A product as one store view shows it. */
export interface ProductState {
  readonly id: number;
  readonly sku: string;
  readonly type: string;
  readonly attributeSet: string;
  /** Effective values by attribute code, as the columns keep them ("12.500000", "2024-01-31 00:00:00"). */
  readonly values: Readonly<Record<string, string>>;
  /** The same with option ids replaced by their labels in this store view. */
  readonly labels: Readonly<Record<string, string | readonly string[]>>;
  readonly websiteIds: readonly number[];
  readonly stock: Product['stock'];
  /** Category ids. */
  readonly categories: readonly number[];
  readonly links: readonly { readonly type: string; readonly sku: string; readonly position: number }[];
  readonly media: readonly MediaState[];
  /** SKUs of the variants. */
  readonly children: readonly string[];
  /** SKUs of the configurables it is a variant of. */
  readonly parents: readonly string[];
  /** Axis attribute codes, by position. */
  readonly axes: readonly string[];
  readonly writes: number;
}

export interface MediaState {
  readonly id: number;
  readonly file: string;
  /** sha256 of the bytes, hex. */
  readonly checksum: string;
  readonly label: string;
  readonly position: number;
  readonly disabled: boolean;
  readonly types: readonly string[];
}

export interface CategoryState {
  readonly id: number;
  readonly parentId: number;
  readonly position: number;
  readonly name: string;
  readonly isActive: boolean;
  /** Ids from the tree's root on: `1/2/17`. */
  readonly path: string;
  /** Names below the shop's root category, outermost first. */
  readonly names: readonly string[];
  readonly values: Readonly<Record<string, string>>;
  readonly writes: number;
}

/** Read access to everything the shop holds. `store` is a store view's code, or `all` for the default values. */
export class ShopState {
  constructor(private readonly shop: Shop) {}

  skus(): readonly string[] {
    return [...this.shop.products.all()].map(({ sku }) => sku);
  }

  get productCount(): number {
    return this.shop.products.size;
  }

  product(sku: string, store = 'all'): ProductState | undefined {
    const product = this.shop.products.find(sku);
    return product && this.#productState(product, this.#scope(store));
  }

  /** The product as GET answers it. */
  productAnswer(sku: string, store = 'all'): Record<string, unknown> | undefined {
    const product = this.shop.products.find(sku);
    return product && productAnswer(this.shop, product, this.#scope(store));
  }

  /** Only what stands in that very scope: what a store view does not override is not there. */
  raw(sku: string, store = 'all'): Readonly<Record<string, string>> {
    return this.shop.products.find(sku)?.values.rows(this.#scope(store)) ?? {};
  }

  /** Requests that changed a product, by SKU. */
  writes(sku: string): number {
    return this.shop.products.find(sku)?.writes ?? 0;
  }

  configurable(sku: string): { readonly options: readonly unknown[]; readonly children: readonly string[] } | undefined {
    const product = this.shop.products.find(sku);
    return product && { options: product.options.map((option) => optionAnswer(product, option)), children: this.#skus(product.children) };
  }

  /** All but the two roots. */
  categories(store = 'all'): readonly CategoryState[] {
    return this.shop.categories
      .all()
      .filter(({ id }) => id > ROOT)
      .map((category) => this.#categoryState(category, this.#scope(store)));
  }

  category(id: number, store = 'all'): CategoryState | undefined {
    return this.shop.categories.has(id) ? this.#categoryState(this.shop.categories.get(id), this.#scope(store)) : undefined;
  }

  rawCategory(id: number, store = 'all'): Readonly<Record<string, string>> {
    return this.shop.categories.get(id).values.rows(this.#scope(store));
  }

  attributeCodes(): readonly string[] {
    return this.shop.attributes.all().map(({ code }) => code);
  }

  attribute(
    code: string,
  ):
    | { readonly id: number; readonly input: string; readonly scope: string; readonly label: string; readonly userDefined: boolean }
    | undefined {
    return this.shop.attributes.find(code);
  }

  /** Options of an attribute in the order they were made. */
  options(code: string, store = 'all'): readonly { readonly id: number; readonly label: string }[] {
    const scope = this.#scope(store);
    return (this.shop.attributes.find(code)?.options ?? []).map(({ id, label, storeLabels }) => ({
      id,
      label: storeLabels.get(scope) || label,
    }));
  }

  /** Attribute sets by name with the codes of their attributes. */
  attributeSets(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(this.shop.sets.all().map(({ id, name }) => [name, this.shop.sets.attributesOf(id).map(({ code }) => code)]));
  }

  #productState(product: Product, scope: number): ProductState {
    const values = effective(product, scope);
    const { id, sku, typeId, attributeSetId, websiteIds, stock, categories, links, children, options, writes } = product;
    return {
      id,
      sku,
      type: typeId,
      attributeSet: this.shop.sets.get(attributeSetId).name,
      values,
      labels: this.#labels(values, scope),
      websiteIds: [...websiteIds],
      stock: { ...stock },
      categories: [...categories.keys()],
      links: links.map(({ type, linked, position }) => ({ type, sku: this.shop.products.byId(linked)?.sku ?? '', position })),
      media: mediaState(product, scope),
      children: this.#skus(children),
      parents: [...this.shop.products.all()].filter((other) => other.children.includes(id)).map((other) => other.sku),
      axes: [...options]
        .sort((a, b) => a.position - b.position)
        .map(({ attributeId }) => this.shop.attributes.get(String(attributeId)).code),
      writes,
    };
  }

  #labels(values: Readonly<Record<string, string>>, scope: number): Record<string, string | readonly string[]> {
    return Object.fromEntries(
      Object.entries(values).map(([code, value]) => {
        const attribute = this.shop.attributes.find(code);
        const labelOf = (id: string): string => {
          const option = attribute?.options.find((candidate) => String(candidate.id) === id);
          return option ? option.storeLabels.get(scope) || option.label : id;
        };
        if (attribute?.input === 'multiselect') return [code, value.split(',').map(labelOf)];
        return [code, attribute && attribute.options.length > 0 ? labelOf(value) : value];
      }),
    );
  }

  #categoryState(category: Category, scope: number): CategoryState {
    const { id, parentId, position, values, writes } = category;
    const path = this.shop.categories.path(category);
    return {
      id,
      parentId,
      position,
      name: values.get('name', scope) ?? '',
      isActive: values.get('is_active', scope) === '1',
      path: path.map((member) => member.id).join('/'),
      names: path.filter((member) => member.id > ROOT).map((member) => member.values.get('name', scope) ?? ''),
      values: effective(category, scope),
      writes,
    };
  }

  #skus(ids: readonly number[]): readonly string[] {
    return ids.flatMap((id) => this.shop.products.byId(id)?.sku ?? []);
  }

  #scope(store: string): number {
    const scope = this.shop.stores.scopeOf(store);
    if (scope === undefined) throw new Error(`the shop has no store view ${store}`);
    return scope;
  }
}

function effective({ values }: { readonly values: Product['values'] }, scope: number): Record<string, string> {
  return Object.fromEntries(
    [...values.codes()].flatMap((code) => {
      const value = values.get(code, scope);
      return value === undefined ? [] : [[code, value]];
    }),
  );
}

function mediaState({ media }: Product, scope: number): MediaState[] {
  return media.map(({ id, file, checksum, labels, positions, disabled, types }) => ({
    id,
    file,
    checksum,
    label: labels.get(scope) ?? labels.get(ADMIN) ?? '',
    position: positions.get(scope) ?? positions.get(ADMIN) ?? 0,
    disabled: disabled.get(scope) ?? disabled.get(ADMIN) ?? false,
    types,
  }));
}
