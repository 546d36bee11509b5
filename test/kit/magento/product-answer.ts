import { optionAnswer } from './configurables.js';
import { mediaAnswer } from './media-gallery.js';
import type { MediaEntry } from './media-gallery.js';
import type { Product } from './product.js';
import { topLevel } from './product.js';
import type { Shop } from './shop.js';

const beside = new Set<string>(topLevel);

/** A product as GET and every save answer it, with the values one scope shows. */
export function productAnswer(shop: Shop, product: Product, storeId: number): Record<string, unknown> {
  const { id, sku, typeId, attributeSetId, createdAt, updatedAt, values } = product;
  const weight = values.get('weight', storeId);
  return {
    id,
    sku,
    name: values.get('name', storeId) ?? '',
    attribute_set_id: attributeSetId,
    price: Number(values.get('price', storeId) ?? 0),
    status: Number(values.get('status', storeId)),
    visibility: Number(values.get('visibility', storeId)),
    type_id: typeId,
    created_at: createdAt,
    updated_at: updatedAt,
    ...(weight === undefined ? {} : { weight: Number(weight) }),
    extension_attributes: extension(product),
    product_links: links(shop, product),
    options: [],
    media_gallery_entries: product.media.map((entry) => mediaAnswer(entry, storeId)),
    tier_prices: [],
    custom_attributes: customAttributes(shop, product, storeId),
  };
}

/** A variant as `GET /configurable-products/{sku}/children` answers it. */
export function childAnswer(shop: Shop, product: Product, storeId: number): Record<string, unknown> {
  return { ...productAnswer(shop, product, storeId), extension_attributes: {}, product_links: [] };
}

function extension(product: Product): Record<string, unknown> {
  const { id, websiteIds, categories, stock, typeId, options, children } = product;
  return {
    website_ids: [...websiteIds],
    ...(categories.size === 0
      ? {}
      : { category_links: [...categories].map(([category, position]) => ({ position, category_id: String(category) })) }),
    stock_item: {
      item_id: stock.itemId,
      product_id: id,
      stock_id: 1,
      qty: stock.qty,
      is_in_stock: stock.isInStock,
      is_qty_decimal: stock.isQtyDecimal,
      use_config_manage_stock: stock.useConfigManageStock,
      manage_stock: stock.manageStock,
    },
    ...(typeId === 'configurable'
      ? { configurable_product_options: options.map((option) => optionAnswer(product, option)), configurable_product_links: children }
      : {}),
  };
}

function links(shop: Shop, { sku, links: all }: Product): Record<string, unknown>[] {
  return all.flatMap(({ type, linked, position }) => {
    const other = shop.products.byId(linked);
    return other ? [{ sku, link_type: type, linked_product_sku: other.sku, linked_product_type: other.typeId, position }] : [];
  });
}

/** A value of an attribute that is not in the product's set stays in its table and is not loaded (EAV's getSortedAttributes). */
function customAttributes(
  shop: Shop,
  { attributeSetId, values, categories, media }: Product,
  storeId: number,
): { attribute_code: string; value: unknown }[] {
  const custom = [];
  for (const code of values.codes()) {
    const value = beside.has(code) || !shop.sets.has(attributeSetId, code) ? undefined : values.get(code, storeId);
    if (value !== undefined) custom.push({ attribute_code: code, value });
  }
  for (const role of ['image', 'small_image', 'thumbnail']) {
    const entry = media.find(({ types }: MediaEntry) => types.includes(role));
    if (entry) custom.push({ attribute_code: role, value: entry.file });
  }
  return [
    ...custom,
    { attribute_code: 'required_options', value: '0' },
    { attribute_code: 'has_options', value: '0' },
    { attribute_code: 'category_ids', value: [...categories.keys()].map(String) },
  ];
}
