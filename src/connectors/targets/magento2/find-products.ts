import type { JsonObject, TargetItem } from '../../contract/index.js';
import { asList, asObject } from './json.js';
import { anyOf, inLists } from './shop-api.js';
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

/**
 * Looks up, in one request per scope, the products whose items cannot be sent without a look: what is not
 * known for certain, and lists that the shop replaces whole. By SKU in lower case.
 */
export async function findProducts(
  api: ShopApi,
  items: readonly TargetItem[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FoundProduct>> {
  const found = new Map<string, FoundProduct>();
  const views = items.filter((item) => item.inherits && needsLook(item));
  const bases = items.filter((item) => !item.inherits && needsLook(item));
  const skus = [...new Set([...bases, ...views].map(skuOf))].filter((sku) => sku !== '');
  for (const list of inLists(skus)) {
    for (const product of await readProducts(api, 'all', list, signal)) found.set(product.sku.toLowerCase(), product);
  }
  for (const store of new Set(views.map((item) => item.store))) {
    for (const list of inLists([...new Set(views.filter((item) => item.store === store).map(skuOf))]))
      for (const product of await readProducts(api, store, list, signal)) {
        const base = found.get(product.sku.toLowerCase());
        if (base) found.set(viewKey(store, product.sku), { ...product, inherited: base.shown });
      }
  }
  return found;
}

export function viewKey(store: string, sku: string): string {
  return `${store} ${sku.toLowerCase()}`;
}

/** The SKU an item goes to: the one the shop knows it by, for a rename is of that one; else the one it wants. */
export function skuOf(item: TargetItem): string {
  const wanted = item.fields.sku;
  return productId(item.targetId)?.sku ?? (typeof wanted === 'string' ? wanted : (item.address ?? ''));
}

function needsLook({ previous, fields, cleared, inherits, targetId, operation }: TargetItem): boolean {
  if (operation !== 'write') return targetId === null;
  if (previous === null) return true;
  if (inherits) return cleared.includes('name') || cleared.includes('price');
  return cleared.includes('category_links') || JSON.stringify(fields.category_links) !== JSON.stringify(previous.category_links);
}

async function readProducts(api: ShopApi, store: string, skus: readonly string[], signal: AbortSignal): Promise<FoundProduct[]> {
  const fields = 'id,sku,name,price,weight,product_links,media_gallery_entries,extension_attributes,custom_attributes';
  const items = await api.search(store, '/products', anyOf('sku', skus), signal, fields);
  return items.map(foundProduct);
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
      weight: item.weight ?? null,
      category_links: links.length > 0 ? links : null,
      product_links: asList(item.product_links).length > 0 ? asList(item.product_links) : null,
      ...Object.fromEntries(
        asList(item.custom_attributes).map((one) => [`custom_attributes.${String(one.attribute_code)}`, one.value ?? null]),
      ),
    },
  };
}
