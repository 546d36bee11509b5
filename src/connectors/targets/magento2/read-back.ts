import type { JsonObject, ReadsBack } from '../../contract/index.js';
import type { JsonValue } from '../../../model/json.js';
import { asList, asObject } from './json.js';
import { sameJson } from './product-body.js';
import { ShownAttributes } from './shown-attributes.js';
import { anyOf, inLists } from './shop-api.js';
import type { ShopApi } from './shop-api.js';
import type { ShopStructure } from './shop-structure.js';
import { productId } from './target-id.js';

type Documents = Parameters<ReadsBack['read']>[0];

const custom = 'custom_attributes.';
const stockFields = ['qty', 'is_in_stock', 'manage_stock', 'use_config_manage_stock'];
const productFields = 'id,sku,name,price,weight,status,visibility,type_id,attribute_set_id,extension_attributes,custom_attributes';

/**
 * What the shop holds of these documents, found by their ids, one request per 100 of a scope. In the words
 * of a document: options by label (in the store views that are asked for), the default attribute set as
 * null, in a store view only what differs from the default scope. What the shop cannot tell in those words
 * is left out: whom a reference means, which file of the source a picture is, where a variant belongs.
 */
export async function readBack(
  api: ShopApi,
  structure: ShopStructure,
  documents: Documents,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, JsonObject | null>> {
  const categories = documents.filter(({ resource }) => resource === 'category');
  const products = documents.filter(({ resource }) => resource !== 'category');
  const found = new Map<string, JsonObject | null>(documents.map(({ key }) => [key, null]));
  for (const [key, fields] of await readScopes(products, (store, ids) => readProducts(api, structure, store, ids, products, signal)))
    found.set(key, fields);
  for (const [key, fields] of await readScopes(categories, (store, ids) => readCategories(api, store, ids, signal))) found.set(key, fields);
  return found;
}

/** Reads the default scope of everything, then each store view that is asked for, of which only the differences are told. */
async function readScopes(
  documents: Documents,
  read: (store: string, ids: readonly string[]) => Promise<ReadonlyMap<string, JsonObject>>,
): Promise<Map<string, JsonObject>> {
  const found = new Map<string, JsonObject>();
  const known = documents.flatMap(({ key, store, targetId, resource }) => {
    const id = resource === 'category' ? targetId : (productId(targetId)?.id.toString() ?? null);
    return id === null ? [] : [{ key, store, id }];
  });
  if (known.length === 0) return found;
  const bases = await read('all', unique(known));
  for (const store of new Set(known.map((document) => document.store))) {
    const wanted = known.filter((document) => document.store === store);
    const shown = store === 'all' ? bases : await read(store, unique(wanted));
    for (const { key, id } of wanted) {
      const [fields, base] = [shown.get(id), bases.get(id)];
      if (fields && base) found.set(key, store === 'all' ? fields : differing(fields, base));
    }
  }
  return found;
}

function unique(documents: readonly { readonly id: string }[]): string[] {
  return [...new Set(documents.map(({ id }) => id))];
}

function differing(fields: JsonObject, base: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([field, value]) => !sameJson(value, base[field])));
}

async function readProducts(
  api: ShopApi,
  structure: ShopStructure,
  store: string,
  ids: readonly string[],
  documents: Documents,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, JsonObject>> {
  const items: JsonObject[] = [];
  for (const list of inLists(ids)) items.push(...(await api.search(store, '/products', anyOf('entity_id', list), signal, productFields)));
  const codes = items.flatMap((item) => asList(item.custom_attributes).map((one) => String(one.attribute_code)));
  const views = documents.map((document) => document.store).filter((view) => view !== 'all');
  const attributes = await ShownAttributes.read(api, new Set(codes), new Set(views), signal);
  const sets = await structure.sets(signal);
  return new Map(items.map((item) => [String(item.id), productFieldsOf(item, attributes, (id) => sets.nameOf(id))]));
}

function productFieldsOf(item: JsonObject, attributes: ShownAttributes, setName: (id: number) => string | null): JsonObject {
  const extension = asObject(item.extension_attributes);
  const stock = asObject(extension.stock_item);
  return {
    sku: item.sku ?? null,
    type_id: item.type_id ?? null,
    attribute_set: setName(Number(item.attribute_set_id)),
    ...present(item, ['name', 'status', 'visibility', 'weight']),
    // A configurable has no price of its own: it answers 0 for none.
    ...(item.type_id === 'configurable' ? {} : present(item, ['price'])),
    ...present(extension, ['website_ids']),
    stock_item: present(stock, stockFields),
    ...customFields(item, (code, value) => attributes.valueOf(code, value)),
  };
}

async function readCategories(
  api: ShopApi,
  store: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, JsonObject>> {
  const items: JsonObject[] = [];
  for (const list of inLists(ids)) items.push(...(await api.search(store, '/categories/list', anyOf('entity_id', list), signal)));
  return new Map(
    items.map((item) => [
      String(item.id),
      { ...present(item, ['name', 'is_active', 'include_in_menu', 'position']), ...customFields(item, (_, value) => value) },
    ]),
  );
}

function customFields(item: JsonObject, valueOf: (code: string, value: JsonValue) => JsonValue | undefined): JsonObject {
  const fields: JsonObject = {};
  for (const { attribute_code: code, value } of asList(item.custom_attributes)) {
    const shown = valueOf(String(code), value ?? null);
    if (shown !== undefined) fields[`${custom}${String(code)}`] = shown;
  }
  return fields;
}

function present(item: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined || item[name] === null ? [] : [[name, item[name]]])));
}
