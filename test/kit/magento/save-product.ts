import type { Attribute } from './attribute.js';
import { columnValue } from './attribute.js';
import { now } from './clock.js';
import { resetAxes, saveConfigurable } from './configurables.js';
import { emptyAttribute, MagentoError, notFound, refused } from './magento-error.js';
import type { Product, ProductData, ProductExtension, StockItem } from './product.js';
import { linkTypes, topLevel } from './product.js';
import { saveGallery } from './save-gallery.js';
import { ScopedValues } from './scoped-values.js';
import type { Shop } from './shop.js';
import { ADMIN } from './stores.js';
import { urlKeyOf } from './url-rewrites.js';

const defaults: Readonly<Record<string, string>> = { status: '1', visibility: '4', tax_class_id: '2', options_container: 'container2' };

/**
 * Creates or updates a product as ProductRepository::save does: found by `id` where one is given,
 * else by SKU; what is not named stays. A creation writes the default values whatever scope it is
 * sent to. All or nothing.
 */
export function saveProduct(shop: Shop, data: ProductData, storeId: number): Product {
  const sku = (data.sku ?? '').trim();
  if (sku === '') throw emptyAttribute('sku');
  const existing = data.id ? shop.products.byId(data.id) : shop.products.find(sku);
  const draft = existing ? copyOf(existing) : blank(shop, data, storeId);
  const scope = existing ? storeId : ADMIN;
  draft.typeId = data.type_id ?? draft.typeId;
  draft.attributeSetId = data.attribute_set_id ?? draft.attributeSetId;
  if (!shop.sets.find(draft.attributeSetId)) throw refused('Invalid product data: %1', 'Invalid attribute set entity type');
  rename(shop, draft, sku);
  writeValues(shop, draft, withoutPrice(data, existing === undefined), scope);
  if (existing === undefined) writeDefaults(shop, draft);
  writeUrlKey(shop, draft, scope);
  checkRequired(shop, draft, scope);
  writeExtension(shop, draft, data.extension_attributes ?? {});
  writeLinks(shop, draft, data.product_links);
  saveGallery(shop, draft, data.media_gallery_entries, storeId);
  saveConfigurable(shop, draft, data.extension_attributes ?? {});
  resetAxes(shop, draft);
  return commit(shop, draft, existing);
}

function commit(shop: Shop, draft: Product, existing: Product | undefined): Product {
  shop.rewrites.replace(`product:${draft.id}`, urlsOf(shop, draft));
  draft.updatedAt = now();
  draft.writes = (existing?.writes ?? 0) + 1;
  shop.products.put(draft);
  return draft;
}

function blank(shop: Shop, data: ProductData, storeId: number): Product {
  const view = shop.stores.view(storeId);
  const id = shop.products.nextId();
  return {
    id,
    sku: '',
    typeId: data.type_id ?? 'simple',
    attributeSetId: 0,
    createdAt: now(),
    updatedAt: now(),
    values: new ScopedValues(),
    websiteIds: new Set(view ? [view.websiteId] : shop.stores.websiteIds),
    categories: new Map(),
    stock: { itemId: id, qty: 0, isInStock: false, manageStock: true, useConfigManageStock: true, isQtyDecimal: false },
    links: [],
    media: [],
    options: [],
    children: [],
    writes: 0,
  };
}

function copyOf(product: Product): Product {
  return {
    ...product,
    values: product.values.clone(),
    websiteIds: new Set(product.websiteIds),
    categories: new Map(product.categories),
    stock: { ...product.stock },
    links: [...product.links],
    media: product.media.map((entry) => ({
      ...entry,
      labels: new Map(entry.labels),
      positions: new Map(entry.positions),
      disabled: new Map(entry.disabled),
    })),
    options: product.options.map((option) => ({ ...option })),
    children: [...product.children],
  };
}

/** Without `type_id` the first write drops the price (magento2#8171). */
function withoutPrice(data: ProductData, created: boolean): ProductData {
  if (!created || data.type_id !== undefined) return data;
  return { ...data, price: 0 };
}

function rename(shop: Shop, draft: Product, sku: string): void {
  if ([...sku].length > 64) throw refused('SKU length should be %1 characters maximum.', 64);
  const owner = shop.products.find(sku);
  if (owner && owner.id !== draft.id) {
    throw refused('The value of the "%1" attribute isn\'t unique. Set a unique value and try again.', 'SKU');
  }
  draft.sku = sku;
}

/**
 * Null empties an attribute, in a store view it inherits again; a required one without a default value
 * refuses it in every scope (AbstractBackend::validate), so that the interface has no way back for a name.
 * Attributes that do not exist, or not in the product's set, are dropped without a word; so are name,
 * price and the other fields of the product itself among `custom_attributes` (Product::getCustomAttributesCodes).
 */
function writeValues(shop: Shop, draft: Product, data: ProductData, storeId: number): void {
  const write = (code: string, value: unknown): void => {
    const attribute = shop.attributes.find(code);
    if (attribute && writable(shop, draft, attribute)) {
      if (value === null && attribute.required && !(code in defaults)) throw emptyAttribute(attribute.label);
      const column = code === 'url_key' && typeof value === 'string' ? urlKeyOf(value) : value;
      draft.values.set(code, attribute.scope, storeId, columnValue(attribute, column), shop.stores);
    }
  };
  for (const code of topLevel) if (data[code] !== undefined) write(code, data[code]);
  for (const { attribute_code, value } of data.custom_attributes ?? []) {
    if (attribute_code === 'category_ids')
      writeCategories(
        shop,
        draft,
        (value as string[]).map((id) => ({ category_id: id })),
      );
    else if (!(topLevel as readonly string[]).includes(attribute_code)) write(attribute_code, value);
  }
}

function writable(shop: Shop, draft: Product, { code, backend, input, applyTo }: Attribute): boolean {
  if (backend === 'static' || input === 'media_image' || !shop.sets.has(draft.attributeSetId, code)) return false;
  return applyTo.length === 0 || applyTo.includes(draft.typeId);
}

function writeDefaults(shop: Shop, { values }: Product): void {
  for (const [code, value] of Object.entries(defaults)) {
    if (values.own(code, ADMIN) === undefined) values.set(code, 'global', ADMIN, value, shop.stores);
  }
}

/** Made from the name where there is none; a later change of the name leaves it. */
function writeUrlKey(shop: Shop, { values, sku }: Product, storeId: number): void {
  if (values.get('url_key', storeId) !== undefined) return;
  const key = urlKeyOf(values.get('name', storeId) ?? '') || urlKeyOf(sku);
  values.set('url_key', 'store', ADMIN, key, shop.stores);
}

function checkRequired(shop: Shop, draft: Product, storeId: number): void {
  const empty = shop.sets
    .attributesOf(draft.attributeSetId)
    .find((attribute) => attribute.required && writable(shop, draft, attribute) && draft.values.get(attribute.code, storeId) === undefined);
  if (empty) throw emptyAttribute(empty.label);
}

function writeExtension(shop: Shop, draft: Product, extension: ProductExtension): void {
  if (extension.website_ids) {
    const unknown = extension.website_ids.find((id) => !shop.stores.websiteIds.includes(id));
    if (unknown !== undefined) {
      throw notFound("The website with id %1 that was requested wasn't found. Verify the website and try again.", unknown);
    }
    draft.websiteIds = new Set(extension.website_ids);
  }
  if (extension.category_links) writeCategories(shop, draft, extension.category_links);
  if (extension.stock_item) writeStock(draft.stock, extension.stock_item);
}

/** Replaces the links. A category that is not there breaks a foreign key, of which Magento says only this. */
function writeCategories(shop: Shop, draft: Product, links: NonNullable<ProductExtension['category_links']>): void {
  const unknown = links.some(({ category_id }) => !shop.categories.has(Number(category_id)));
  if (unknown) throw refused('The product was unable to be saved. Please try again.');
  draft.categories = new Map(
    links.map(({ category_id, position }) => [Number(category_id), position ?? draft.categories.get(Number(category_id)) ?? 0]),
  );
}

function writeStock(stock: StockItem, data: Readonly<Record<string, unknown>>): void {
  if (data.qty !== undefined) stock.qty = Number(data.qty);
  if (data.is_in_stock !== undefined) stock.isInStock = data.is_in_stock === true;
  if (data.manage_stock !== undefined) stock.manageStock = data.manage_stock === true;
  if (data.use_config_manage_stock !== undefined) stock.useConfigManageStock = data.use_config_manage_stock === true;
  if (data.is_qty_decimal !== undefined) stock.isQtyDecimal = data.is_qty_decimal === true;
}

/** Null or absent leaves them, a list replaces the links of every type. */
function writeLinks(shop: Shop, draft: Product, links: ProductData['product_links']): void {
  if (!links) return;
  draft.links = links.map(({ link_type, linked_product_sku, position }) => {
    if (!(linkTypes as readonly string[]).includes(link_type)) {
      throw notFound('The "%1" link type wasn\'t found. Verify the type and try again.', link_type);
    }
    const linked = shop.products.find(linked_product_sku);
    if (!linked) throw new MagentoError(404, 'The Product with the "%1" SKU doesn\'t exist.', [linked_product_sku]);
    return { type: link_type, linked: linked.id, position: position ?? 0 };
  });
}

/** Only what a visitor can see has addresses: in each store view of its websites. */
function urlsOf(shop: Shop, { values, websiteIds }: Product): { readonly storeId: number; readonly path: string }[] {
  return shop.stores
    .viewsOf(websiteIds)
    .filter(({ id }) => values.get('visibility', id) !== '1')
    .map(({ id }) => ({ storeId: id, path: `${values.get('url_key', id) ?? ''}.html` }));
}
