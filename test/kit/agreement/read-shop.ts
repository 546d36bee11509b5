import type { ShopProduct, ShopState, Store } from './shop-state.js';
import { stores } from './shop-state.js';

interface Item {
  readonly id: number;
  readonly sku: string;
  readonly type_id: string;
  readonly attribute_set_id: number;
  readonly custom_attributes: readonly { attribute_code: string; value: unknown }[];
  readonly product_links?: readonly { link_type: string; linked_product_sku: string }[];
  readonly media_gallery_entries?: readonly unknown[];
  readonly extension_attributes?: {
    category_links?: readonly { category_id: string }[];
    configurable_product_links?: readonly number[];
    configurable_product_options?: readonly { attribute_id: string }[];
  };
  readonly [field: string]: unknown;
}

interface Branch {
  readonly id: number;
  readonly name: string;
  readonly children_data: readonly Branch[];
}

interface Attribute {
  readonly attribute_id: number;
  readonly attribute_code: string;
  readonly frontend_input: string;
  readonly options: readonly { label: string; value: string }[];
}

const fields = ['name', 'price', 'status', 'visibility', 'weight'];

/** Reads a Magento shop whole, over its REST interface, as somebody would who knows nothing of pim2shop. */
export async function readShop(url: string, token: string): Promise<ShopState> {
  const get = async <Body>(path: string): Promise<Body> => {
    const answer = await fetch(`${url}/rest/${path}`, { headers: { authorization: `Bearer ${token}` } });
    if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}`);
    return (await answer.json()) as Body;
  };
  const views = await Promise.all(stores.map(async (store) => [store, await readView(store, get)] as const));
  const [[, base]] = views as [(typeof views)[number], ...typeof views];
  const { items: sets } = await get<{ items: { attribute_set_id: number; attribute_set_name: string }[] }>(
    'all/V1/products/attribute-sets/sets/list?searchCriteria[pageSize]=300',
  );
  const setNames = new Map(sets.map((set) => [set.attribute_set_id, set.attribute_set_name]));
  const skus = new Map(base.items.map((item) => [item.id, item.sku.toLowerCase()]));
  const byView = Object.fromEntries(views) as Record<Store, View>;
  const products = base.items.map((item): [string, ShopProduct] => [
    item.sku.toLowerCase(),
    {
      sku: item.sku,
      type: item.type_id,
      attributeSet: setNames.get(item.attribute_set_id) ?? '?',
      categories: (item.extension_attributes?.category_links ?? []).map((link) => base.paths.get(Number(link.category_id)) ?? '?').sort(),
      children: (item.extension_attributes?.configurable_product_links ?? []).map((id) => skus.get(id) ?? '?').sort(),
      axes: (item.extension_attributes?.configurable_product_options ?? []).map((axis) => base.codeOf(Number(axis.attribute_id))).sort(),
      links: (item.product_links ?? []).map((link) => `${link.link_type} ${link.linked_product_sku.toLowerCase()}`).sort(),
      pictures: item.media_gallery_entries?.length ?? 0,
      values: { all: valuesIn(byView.all, item.sku), de: valuesIn(byView.de, item.sku) },
    },
  ]);
  const categories = { all: new Set(byView.all.paths.values()), de: new Set(byView.de.paths.values()) };
  return { products: new Map(products), categories };
}

interface View {
  readonly items: readonly Item[];
  readonly bySku: ReadonlyMap<string, Item>;
  readonly paths: ReadonlyMap<number, string>;
  readonly attributes: ReadonlyMap<string, Attribute>;
  codeOf(id: number): string;
}

type Get = <Body>(path: string) => Promise<Body>;

async function readView(store: Store, get: Get): Promise<View> {
  const items: Item[] = [];
  for (let page = 1; ; page += 1) {
    const query = `searchCriteria[pageSize]=300&searchCriteria[currentPage]=${page}`;
    const answer = await get<{ items: Item[]; total_count: number }>(`${store}/V1/products?${query}`);
    items.push(...answer.items);
    if (items.length >= answer.total_count || answer.items.length === 0) break;
  }
  const { items: attributes } = await get<{ items: Attribute[] }>(`${store}/V1/products/attributes?searchCriteria[pageSize]=1000`);
  const tree = await get<Branch>(`${store}/V1/categories`);
  const root = store === 'all' ? tree.children_data[0] : tree;
  const codes = new Map(attributes.map((attribute) => [attribute.attribute_id, attribute.attribute_code]));
  return {
    items,
    bySku: new Map(items.map((item) => [item.sku, item])),
    paths: new Map((root?.children_data ?? []).flatMap((branch) => pathsOf(branch, ''))),
    attributes: new Map(attributes.map((attribute) => [attribute.attribute_code, attribute])),
    codeOf: (id) => codes.get(id) ?? '?',
  };
}

function pathsOf({ id, name, children_data: children }: Branch, above: string): [number, string][] {
  const path = above === '' ? name : `${above} / ${name}`;
  return [[id, path], ...children.flatMap((child) => pathsOf(child, path))];
}

function valuesIn(view: View, sku: string): Record<string, string> {
  const item = view.bySku.get(sku);
  const values: Record<string, string> = {};
  for (const field of fields) if (item?.[field] !== undefined && item[field] !== null) values[field] = String(item[field]);
  for (const { attribute_code: code, value } of item?.custom_attributes ?? []) {
    const shown = shownValue(view.attributes.get(code), value);
    if (shown !== '') values[code] = shown;
  }
  return values;
}

function shownValue(attribute: Attribute | undefined, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (attribute?.frontend_input === 'date') return String(value).slice(0, 10);
  if (attribute?.frontend_input !== 'select' && attribute?.frontend_input !== 'multiselect') return String(value);
  const ids = (Array.isArray(value) ? value.map(String) : String(value).split(',')).filter((id) => id !== '');
  const labels = ids.map((id) => attribute.options.find((option) => option.value === id)?.label ?? `option ${id}`);
  return labels.sort().join(' | ');
}
