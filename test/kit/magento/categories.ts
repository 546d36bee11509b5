import type { AttributeScope } from './attribute.js';
import { now } from './clock.js';
import { emptyAttribute, noSuchEntity, MagentoError, refused } from './magento-error.js';
import { ScopedValues } from './scoped-values.js';
import type { Stores } from './stores.js';
import { ADMIN } from './stores.js';
import type { UrlRewrites } from './url-rewrites.js';
import { urlKeyOf } from './url-rewrites.js';

export const TREE_ROOT = 1;
export const ROOT = 2;

export interface Category {
  readonly id: number;
  parentId: number;
  position: number;
  readonly createdAt: string;
  updatedAt: string;
  values: ScopedValues;
  writes: number;
}

export interface CategoryData {
  readonly id?: number;
  readonly parent_id?: number;
  readonly name?: string | null;
  readonly is_active?: boolean | null;
  readonly include_in_menu?: boolean | null;
  readonly position?: number;
  readonly custom_attributes?: readonly { readonly attribute_code: string; readonly value: unknown }[] | null;
  readonly [field: string]: unknown;
}

const scopes: Readonly<Record<string, AttributeScope>> = {
  name: 'store',
  is_active: 'store',
  include_in_menu: 'store',
  url_key: 'store',
  description: 'store',
  image: 'store',
  meta_title: 'store',
  meta_keywords: 'store',
  meta_description: 'store',
  display_mode: 'store',
  is_anchor: 'global',
  available_sort_by: 'store',
  default_sort_by: 'store',
  landing_page: 'store',
  page_layout: 'store',
};

/** The category tree. */
export class Categories {
  readonly #byId = new Map<number, Category>();
  #nextId = 3;

  constructor(
    private readonly stores: Stores,
    private readonly rewrites: UrlRewrites,
  ) {
    this.#insert(TREE_ROOT, 0, { name: 'Root Catalog', is_active: true, include_in_menu: true });
    this.#insert(ROOT, TREE_ROOT, { name: 'Default Category', is_active: true, include_in_menu: true });
  }

  all(): readonly Category[] {
    return [...this.#byId.values()];
  }

  has(id: number): boolean {
    return this.#byId.has(id);
  }

  get(id: number): Category {
    const category = this.#byId.get(id);
    if (!category) throw noSuchEntity('id', id);
    return category;
  }

  /** In order of position. */
  children(id: number): readonly Category[] {
    return this.all()
      .filter(({ parentId }) => parentId === id)
      .sort((a, b) => a.position - b.position || a.id - b.id);
  }

  /** From the tree's root down to the category itself. */
  path(category: Category): readonly Category[] {
    const parent = this.#byId.get(category.parentId);
    return parent ? [...this.path(parent), category] : [category];
  }

  /** Made for all stores, whatever scope it is sent to. */
  create(data: CategoryData): Category {
    const parent = this.get(data.parent_id || ROOT);
    if (!data.name) throw couldNotSave(emptyAttribute('Category Name'));
    const category = this.#insert(this.#nextId, parent.id, data);
    try {
      this.#claimUrls(category);
    } catch (error) {
      this.#byId.delete(category.id);
      throw couldNotSave(error);
    }
    this.#nextId += 1;
    return category;
  }

  /** `parent_id` is not heard here: see `move`. Null inherits again in a store view, except for the name, which is required everywhere. */
  update(id: number, data: CategoryData, storeId: number): Category {
    const category = this.get(id);
    if (data.name === null || data.name === '') throw couldNotSave(emptyAttribute('Category Name'));
    const before = category.values.clone();
    this.#fill(category, data, storeId);
    try {
      if (data.position !== undefined) category.position = data.position;
      for (const member of this.#branch(category)) this.#claimUrls(member);
    } catch (error) {
      category.values = before;
      throw couldNotSave(error);
    }
    category.updatedAt = now();
    category.writes += 1;
    return category;
  }

  move(id: number, parentId: number, afterId: number | undefined): void {
    const category = this.get(id);
    const parent = this.get(parentId);
    if (this.path(parent).includes(category)) {
      throw refused('Operation do not allow to move a parent category to any of children category');
    }
    const before = category.parentId;
    category.parentId = parent.id;
    try {
      for (const member of this.#branch(category)) this.#claimUrls(member);
    } catch (error) {
      category.parentId = before;
      throw error;
    }
    const after = afterId === undefined ? undefined : this.#byId.get(afterId);
    const siblings = this.children(parent.id).filter((sibling) => sibling !== category);
    const place = after ? siblings.indexOf(after) + 1 : siblings.length;
    [...siblings.slice(0, place), category, ...siblings.slice(place)].forEach((sibling, index) => (sibling.position = index + 1));
    category.writes += 1;
  }

  /** With everything below it. Answers the ids that are gone. */
  remove(id: number): readonly number[] {
    const category = this.get(id);
    if (id === TREE_ROOT || id === ROOT) throw refused('Cannot delete category with id %1', id);
    const gone = this.#branch(category).map((member) => member.id);
    for (const member of gone) {
      this.rewrites.release(`category:${member}`);
      this.#byId.delete(member);
    }
    return gone;
  }

  #branch(category: Category): readonly Category[] {
    return [category, ...this.children(category.id).flatMap((child) => this.#branch(child))];
  }

  #insert(id: number, parentId: number, data: CategoryData): Category {
    const position = data.position ?? Math.max(0, ...this.children(parentId).map((sibling) => sibling.position)) + 1;
    const category: Category = { id, parentId, position, createdAt: now(), updatedAt: now(), values: new ScopedValues(), writes: 1 };
    this.#fill(category, { is_active: false, include_in_menu: true, ...data }, ADMIN);
    if (id > ROOT && !category.values.own('url_key', ADMIN)) {
      category.values.set('url_key', 'store', ADMIN, urlKeyOf(data.name ?? ''), this.stores);
    }
    this.#byId.set(id, category);
    return category;
  }

  #fill({ values }: Category, data: CategoryData, storeId: number): void {
    const custom = (data.custom_attributes ?? []).map(({ attribute_code, value }) => [attribute_code, value] as const);
    for (const [code, value] of [...Object.entries(data), ...custom]) {
      const scope = scopes[code];
      if (scope && value !== undefined) values.set(code, scope, storeId, columnText(code, value), this.stores);
    }
  }

  /** `parent/child.html`, unique in every store view. */
  #claimUrls(category: Category): void {
    const trail = this.path(category).filter(({ id }) => id > ROOT);
    if (trail.length === 0) return;
    this.rewrites.replace(
      `category:${category.id}`,
      this.stores.views.map(({ id: storeId }) => ({
        storeId,
        path: `${trail.map(({ values }) => values.get('url_key', storeId) ?? '').join('/')}.html`,
      })),
    );
  }
}

function columnText(code: string, value: unknown): string | null {
  if (value === null || value === '') return null;
  if (typeof value === 'boolean') return value ? '1' : '0';
  const text = Array.isArray(value) ? value.join(',') : String(value);
  return code === 'url_key' ? urlKeyOf(text) : text;
}

function couldNotSave(error: unknown): unknown {
  return error instanceof MagentoError ? refused('Could not save category: %1', error.text) : error;
}
