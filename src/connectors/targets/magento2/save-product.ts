import { BadAnswer } from '../../contract/index.js';
import type { JsonObject, JsonValue, Outcome, OutcomeWarning, TargetItem } from '../../contract/index.js';
import { blaming } from './blamed-field.js';
import { asList, asObject } from './json.js';
import type { BodyTools } from './product-body.js';
import { attributesWithOptions, productBody } from './product-body.js';
import { foundProduct, needsLook, skuOf } from './find-products.js';
import type { FoundProduct } from './find-products.js';
import { outcomeOf, Refused } from './refused.js';
import { where } from './shop-api.js';
import type { ShopApi } from './shop-api.js';
import { productId } from './target-id.js';

/** A product whose own fields were written. */
export interface SavedProduct {
  readonly product: FoundProduct;
  readonly created: boolean;
  readonly adopted: boolean;
  readonly warnings: OutcomeWarning[];
}

/**
 * Saves a product's own fields in the scope of the item. A product that stands there under its SKU is
 * taken over; one that was renamed keeps its id. Answers an outcome where that is all there is to say.
 */
export async function saveProduct(
  api: ShopApi,
  item: TargetItem,
  found: FoundProduct | null,
  tools: BodyTools,
): Promise<SavedProduct | Outcome> {
  try {
    return await save(api, item, found, tools).catch(async (error: unknown) => {
      // An option that people deleted is known here by an id that means nothing any more.
      if (error instanceof Refused && (await tools.options.haveChanged(attributesWithOptions(item), tools.call.signal)))
        return save(api, item, found, tools);
      throw error;
    });
  } catch (error) {
    return refusedProduct(api, item, tools, error);
  }
}

async function save(api: ShopApi, item: TargetItem, found: FoundProduct | null, tools: BodyTools): Promise<SavedProduct | Outcome> {
  const warnings: OutcomeWarning[] = [];
  const named = productId(item.targetId);
  // What was looked for and is not there is made anew: with its old id Magento would make it all the same.
  const known = found ?? (needsLook(item) ? null : named);
  // A store view has nothing to stand on then, and a change is not enough to make a product of.
  if (known === null && (item.inherits || item.previous !== null)) return gone(item);
  const body = await productBody(item, found, tools, warnings);
  const product: JsonObject = { ...(known ? { id: known.id } : {}), ...body, sku: skuToSend(item, known?.sku) };
  // Without its type the first write would drop the price (magento2#8171).
  if (!item.inherits) product.type_id = item.fields.type_id ?? 'simple';
  const answer = await post(api, item, product, warnings, tools);
  const saved = savedProduct(answer, String(product.sku));
  // Magento makes a new product where the id is gone: a hollow one, of the few fields of this change.
  if (known !== null && saved.id !== known.id) return gone(item);
  return { product: saved, created: known === null, adopted: found !== null && found.id !== named?.id, warnings };
}

async function refusedProduct(api: ShopApi, item: TargetItem, tools: BodyTools, error: unknown): Promise<Outcome> {
  try {
    if (!(error instanceof Refused)) return outcomeOf(item.key, error);
    if (await isGone(api, item, tools)) return gone(item);
    return outcomeOf(item.key, await blaming(error, item, tools.structure, tools.call.signal));
  } catch (failure) {
    return outcomeOf(item.key, failure);
  }
}

/** Whether a refused product is one that somebody deleted: of a part of its fields Magento would only say what is missing. */
async function isGone(api: ShopApi, item: TargetItem, { call }: BodyTools): Promise<boolean> {
  const id = productId(item.targetId)?.id;
  if (id === undefined || item.previous === null) return false;
  return (await api.search('all', '/products', where({ field: 'entity_id', value: String(id) }), call.signal, 'id')).length === 0;
}

/** What the shop says it saved. An answer that does not name the product is none. */
function savedProduct(answer: JsonValue | undefined, sku: string): FoundProduct {
  const saved = foundProduct(asObject(answer));
  if (Number.isSafeInteger(saved.id) && saved.sku.toLowerCase() === sku.trim().toLowerCase()) return saved;
  throw new BadAnswer(`the answer to saving "${sku}" does not name it`);
}

/** A rename takes the new SKU; a view document has none of its own and takes the product's. */
function skuToSend(item: TargetItem, known: string | undefined): string {
  return typeof item.fields.sku === 'string' ? item.fields.sku : (known ?? skuOf(item));
}

async function post(api: ShopApi, item: TargetItem, product: JsonObject, warnings: OutcomeWarning[], { call }: BodyTools) {
  const send = (body: JsonObject) => api.send('POST', item.store, '/products', { product: body, saveOptions: true }, call.signal);
  try {
    return await send(product);
  } catch (error) {
    if (error instanceof Refused && error.isUrlConflict) return send(withOtherUrl(product, warnings));
    if (error instanceof Refused && error.isNotFound && asList(product.product_links).length > 0) {
      const rest = Object.fromEntries(Object.entries(product).filter(([name]) => name !== 'product_links'));
      warnings.push({ field: 'product_links', code: 'linked_product_gone', message: error.message });
      return send(rest);
    }
    throw error;
  }
}

/** An address belongs to one product or category of a store view: the SKU makes it another one. */
function withOtherUrl(product: JsonObject, warnings: OutcomeWarning[]): JsonObject {
  const attributes = asList(product.custom_attributes);
  const own = attributes.find((attribute) => attribute.attribute_code === 'url_key');
  const suffix = String(product.sku)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  const key = `${typeof own?.value === 'string' ? own.value : String(product.name ?? '')}-${suffix}`;
  warnings.push({
    field: 'custom_attributes.url_key',
    code: 'url_key_taken',
    message: `another entity has this address: ${key} in its place`,
  });
  const rest = attributes.filter((attribute) => attribute !== own);
  return { ...product, custom_attributes: [...rest, { attribute_code: 'url_key', value: key }] };
}

/** Somebody deleted it in the shop: it has to be sent whole, which what is in doubt is. */
function gone({ key }: TargetItem): Outcome {
  return { kind: 'unknown', key, code: 'gone_in_shop', message: 'the shop does not have it any more: it is sent whole next' };
}
