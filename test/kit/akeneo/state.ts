import { createHash } from 'node:crypto';
import type { Catalog, CatalogAssociations, CatalogCategory, CatalogModel, CatalogOption, CatalogProduct } from '../catalog/index.js';
import { Inheritance } from './inheritance.js';
import type { Shown } from './inheritance.js';
import { SortedRecords } from './sorted-records.js';

/** When an object was made and last edited, epoch milliseconds of the PIM's clock. */
export interface Stamps {
  created: number;
  updated: number;
}

/** Records are never changed in place: an edit puts a new one. */
export type Product = CatalogProduct & Stamps & { readonly uuid: string };
export type Model = CatalogModel & Stamps;
export type Category = CatalogCategory & Stamps;

const low = (code: string): string => code.toLowerCase();

/** Everything the PIM holds; whoever changes it stamps it (`people.ts`). Maps are by uuid, or by code in lower case. */
export class PimState {
  readonly products = new Map<string, Product>();
  readonly models = new Map<string, Model>();
  readonly categories = new Map<string, Category>();
  readonly options = new Map<string, CatalogOption>();
  /** When something that a product is linked to was last edited, by type and uuid. */
  readonly linkedEdits = new Map<string, number>();
  /** "Linked entities update", an option of the PIM: of these it writes down edits with the products. */
  readonly writesDownEditsOf = new Set<string>(['asset', 'reference_entity_record']);
  /** Code of the attribute that holds a product's identifier. */
  readonly identifier: string;
  #uuids = new Map<string, string>();
  /** Direct variants of each model. */
  #variants = new Map<string, Set<string>>();
  #byUuid = new SortedRecords(
    () => this.products.values(),
    ({ uuid }) => uuid,
  );
  #byCode = new SortedRecords(
    () => this.models.values(),
    ({ code }) => code,
  );
  #inheritance = new Inheritance(this.models);

  #catalog: Catalog;
  /** Rises with every change of an option: labels stand in the answers of products. */
  optionEdits = 0;

  constructor(catalog: Catalog, now: number) {
    this.#catalog = catalog;
    const stamps = { created: now, updated: now };
    this.identifier = catalog.attributes.find(({ type }) => type === 'pim_catalog_identifier')?.code ?? 'sku';
    for (const category of catalog.categories) this.putCategory({ ...category, ...stamps });
    for (const option of catalog.options) this.options.set(low(`${option.attribute} ${option.code}`), option);
    for (const model of catalog.models) this.putModel({ ...model, ...stamps });
    for (const product of catalog.products) this.put({ ...product, ...stamps, uuid: uuidOf(product.identifier) });
  }

  /** The structure; the records it was opened with are in the maps. */
  get catalog(): Catalog {
    return this.#catalog;
  }

  reshape(changes: Partial<Pick<Catalog, 'families' | 'familyVariants' | 'channels'>>): void {
    this.#catalog = { ...this.#catalog, ...changes };
  }

  putOption(option: CatalogOption): void {
    this.options.set(low(`${option.attribute} ${option.code}`), option);
    this.optionEdits += 1;
  }

  removeOption(attribute: string, code: string): void {
    this.options.delete(low(`${attribute} ${code}`));
    this.optionEdits += 1;
  }

  put(product: Product): void {
    const before = this.products.get(product.uuid);
    if (before) this.#forget(before);
    this.products.set(product.uuid, product);
    this.#uuids.set(low(product.identifier), product.uuid);
    if (product.parent !== null) {
      const siblings = this.#variants.get(low(product.parent)) ?? new Set<string>();
      this.#variants.set(low(product.parent), siblings.add(product.uuid));
    }
    this.#byUuid.put(product);
  }

  remove(uuid: string): void {
    const product = this.products.get(uuid);
    if (!product) return;
    this.#forget(product);
    this.products.delete(uuid);
    this.#byUuid.remove(uuid);
  }

  putModel(model: Model): void {
    this.models.set(low(model.code), model);
    this.#byCode.put(model);
    this.#inheritance.modelsChanged();
  }

  removeModel(code: string): void {
    this.models.delete(low(code));
    this.#byCode.remove(code);
    this.#inheritance.modelsChanged();
  }

  putCategory(category: Category): void {
    this.categories.set(low(category.code), category);
  }

  byIdentifier(identifier: string): Product | undefined {
    const uuid = this.#uuids.get(low(identifier));
    return uuid === undefined ? undefined : this.products.get(uuid);
  }

  uuid(identifier: string): string | undefined {
    return this.#uuids.get(low(identifier));
  }

  model(code: string | null): Model | undefined {
    return code === null ? undefined : this.models.get(low(code));
  }

  /** Those of these uuids that there are, in their order. */
  withUuids(uuids: readonly string[]): Product[] {
    return [...new Set(uuids.map(low))].sort().flatMap((uuid) => this.products.get(uuid) ?? []);
  }

  /** Direct variants of these models, in the order of their uuids. */
  variantsOf(models: readonly string[]): Product[] {
    return this.withUuids(models.flatMap((code) => [...(this.#variants.get(low(code)) ?? [])]));
  }

  /** Parent and its parent, nearest first. */
  ancestors(record: { readonly parent: string | null }): readonly Model[] {
    return this.#inheritance.ancestors(record);
  }

  /** What a record shows: its own and what it inherits. */
  shown(record: Product | Model): Shown {
    return this.#inheritance.shown(record);
  }

  /** By uuid and by code, as listings go. */
  get sorted(): { readonly products: readonly Product[]; readonly models: readonly Model[] } {
    return { products: this.#byUuid.items, models: this.#byCode.items };
  }

  option(attribute: string, code: string): CatalogOption | undefined {
    return this.options.get(low(`${attribute} ${code}`));
  }

  /** A category and everything below it, codes in lower case. */
  tree(root: string): Set<string> {
    const found = new Set([low(root)]);
    // A set hands out what is added while it is walked.
    for (const code of found)
      for (const category of this.categories.values()) if (category.parent && low(category.parent) === code) found.add(low(category.code));
    return found;
  }

  /** After a rename, or a removal (null): associations are to the product itself, not to its name. Nobody's stamp moves, as in Akeneo. */
  reassociate(kind: 'products' | 'product_models', from: string, to: string | null): void {
    for (const product of this.products.values()) {
      if (names(product.associations, kind, from)) this.put({ ...product, associations: renamed(product.associations, kind, from, to) });
    }
    for (const model of this.models.values()) {
      if (names(model.associations, kind, from)) this.putModel({ ...model, associations: renamed(model.associations, kind, from, to) });
    }
  }

  #forget(product: Product): void {
    this.#uuids.delete(low(product.identifier));
    if (product.parent !== null) this.#variants.get(low(product.parent))?.delete(product.uuid);
  }
}

function names(associations: CatalogAssociations, kind: 'products' | 'product_models', code: string): boolean {
  for (const type in associations) if (associations[type]?.[kind].some((one) => low(one) === low(code))) return true;
  return false;
}

function renamed(
  associations: CatalogAssociations,
  kind: 'products' | 'product_models',
  from: string,
  to: string | null,
): CatalogAssociations {
  return Object.fromEntries(
    Object.entries(associations).map(([type, members]) => [
      type,
      { ...members, [kind]: members[kind].flatMap((one) => (low(one) === low(from) ? (to ?? []) : one)) },
    ]),
  );
}

/** The same uuid for the same identifier in every run, of version 5's shape. */
export function uuidOf(identifier: string): string {
  const hex = createHash('sha1')
    .update(`pim2shop stand-in ${low(identifier)}`)
    .digest('hex');
  const variant = ((parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}
