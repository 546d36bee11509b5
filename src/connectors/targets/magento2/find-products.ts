import type { JsonObject, TargetItem } from '../../contract/index.js';
import { asList, asObject } from './json.js';
import { anyOf, either, inLists } from './shop-api.js';
import type { ShopApi } from './shop-api.js';
import { productId } from './target-id.js';

/** What the shop has of a product, as far as a save has to know it. */
export interface FoundProduct {
  readonly id: number;
  /** As the shop spells it. */
  readonly sku: string;
  readonly categories: readonly { readonly id: string; readonly position: number }[];
  readonly pictures: readonly JsonObject[];
  /** Values in the scope the item is for, by the paths documents have. */
  readonly shown: JsonObject;
  /** The same in the default scope; only for store views. */
  readonly inherited?: JsonObject;
}

/** Required in every scope: a store view shows the default's value again by being given it. */
export const neverEmpty: readonly string[] = ['name', 'price', 'status', 'visibility'];

/**
 * Looks up, in one request per 100 of a scope, the products whose items cannot be sent without a look: what
 * is not known for certain, lists that the shop replaces whole, and what is to be taken down.
 */
export async function findProducts(api: ShopApi, items: readonly TargetItem[], signal: AbortSignal): Promise<FoundProducts> {
  const found = new FoundProducts();
  const looked = items.filter(needsLook);
  for (const list of inLists(looked, (item) => `${wantedSku(item)}${productId(item.targetId)?.id ?? ''}`))
    for (const product of await readProducts(api, 'all', list, signal)) found.add(product);
  const views = looked.filter((item) => item.inherits);
  for (const store of new Set(views.map((item) => item.store))) {
    const ids = views.flatMap((item) => (item.store === store ? (found.of(item)?.id ?? []) : []));
    for (const list of inLists([...new Set(ids)].map(String)))
      for (const product of await search(api, store, anyOf('entity_id', list), signal)) found.addView(store, product);
  }
  return found;
}

/** What was looked up. Whoever has an id is known by it, whatever people call it by now; only then the SKU tells. */
export class FoundProducts {
  readonly #byId = new Map<number, FoundProduct>();
  readonly #bySku = new Map<string, FoundProduct>();
  readonly #views = new Map<string, FoundProduct>();

  add(product: FoundProduct): void {
    this.#byId.set(product.id, product);
    this.#bySku.set(product.sku.toLowerCase(), product);
  }

  addView(store: string, product: FoundProduct): void {
    const base = this.#byId.get(product.id);
    if (base) this.#views.set(`${store} ${product.id}`, { ...product, inherited: base.shown });
  }

  /** In the default scope. What a take-down is for is never told by a SKU that is another product's by now. */
  of(item: TargetItem): FoundProduct | null {
    const known = productId(item.targetId);
    const byId = known && this.#byId.get(known.id);
    if (byId) return byId;
    return known && item.operation !== 'write' ? null : (this.#bySku.get(wantedSku(item).toLowerCase()) ?? null);
  }

  /** In the scope of the item; null where it was not looked up. */
  inScopeOf(item: TargetItem): FoundProduct | null {
    const base = this.of(item);
    return base && item.inherits ? (this.#views.get(`${item.store} ${base.id}`) ?? null) : base;
  }
}

/** The SKU an item goes to: the one the shop knows it by, for a rename is of that one; else the one it wants. */
export function skuOf(item: TargetItem): string {
  return productId(item.targetId)?.sku ?? wantedSku(item);
}

/** The SKU under which a product would be taken over: the one it is to have, which nobody else may claim. */
function wantedSku({ fields, targetId, address }: TargetItem): string {
  return typeof fields.sku === 'string' ? fields.sku : (productId(targetId)?.sku ?? address ?? '');
}

/** Whether an item is only sent after a look at what stands there. */
export function needsLook({ previous, fields, cleared, inherits }: TargetItem): boolean {
  // So it is for a take-down, always.
  if (previous === null) return true;
  if (inherits) return cleared.some((field) => neverEmpty.includes(field));
  return cleared.includes('category_links') || JSON.stringify(fields.category_links) !== JSON.stringify(previous.category_links);
}

async function readProducts(api: ShopApi, store: string, items: readonly TargetItem[], signal: AbortSignal): Promise<FoundProduct[]> {
  const skus = new Set(items.map(wantedSku).filter((sku) => sku !== ''));
  const ids = new Set(items.flatMap(({ targetId }) => productId(targetId)?.id.toString() ?? []));
  if (skus.size + ids.size === 0) return [];
  return search(api, store, either(['sku', [...skus]], ['entity_id', [...ids]]), signal);
}

async function search(api: ShopApi, store: string, criteria: ReturnType<typeof anyOf>, signal: AbortSignal): Promise<FoundProduct[]> {
  const fields = 'id,sku,name,price,status,visibility,weight,product_links,media_gallery_entries,extension_attributes,custom_attributes';
  return (await api.search(store, '/products', criteria, signal, fields)).map(foundProduct);
}

export function foundProduct(item: JsonObject): FoundProduct {
  const links = asList(asObject(item.extension_attributes).category_links);
  return {
    id: Number(item.id),
    sku: String(item.sku),
    categories: links.map((link) => ({ id: String(link.category_id), position: Number(link.position ?? 0) })),
    pictures: asList(item.media_gallery_entries),
    shown: {
      name: item.name ?? null,
      price: item.price ?? null,
      status: item.status ?? null,
      visibility: item.visibility ?? null,
      weight: item.weight ?? null,
      category_links: links.length > 0 ? links : null,
      product_links: asList(item.product_links).length > 0 ? asList(item.product_links) : null,
      ...Object.fromEntries(
        asList(item.custom_attributes).map((one) => [`custom_attributes.${String(one.attribute_code)}`, one.value ?? null]),
      ),
    },
  };
}
