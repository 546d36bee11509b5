import { invalidValue, notFound, refused } from './magento-error.js';
import type { ConfigurableOption, ConfigurableOptionData, Product, ProductExtension } from './product.js';
import type { Shop } from './shop.js';
import { ADMIN } from './stores.js';

/** Options and links that come with a product save (SaveHandler and ProductRepositorySave). */
export function saveConfigurable(shop: Shop, draft: Product, extension: ProductExtension): void {
  const { configurable_product_options: options, configurable_product_links: links } = extension;
  if (draft.typeId !== 'configurable' || (!options && !links)) return;
  // Only the options of this request count: links alone look like one combination (magento2#39534).
  const codes = (options ?? []).map(({ attribute_id }) => shop.attributes.get(String(attribute_id)).code);
  checkLinks(shop, codes, links ?? []);
  if (options) draft.options = options.map((option) => keptOption(shop, draft, option));
  if (links) draft.children = [...links];
}

/** The axes' own values of a configurable are emptied at every save. */
export function resetAxes(shop: Shop, draft: Product): void {
  for (const { attributeId } of draft.options) {
    const attribute = shop.attributes.byId(attributeId);
    if (attribute) draft.values.set(attribute.code, 'global', ADMIN, null, shop.stores);
  }
}

/** `POST /configurable-products/{sku}/options`: turns a simple product into a configurable one. Answers the option's id. */
export function addOption(shop: Shop, sku: string, data: ConfigurableOptionData): number {
  checkNewOption(data);
  const product = shop.products.get(sku);
  if (!['simple', 'virtual', 'configurable'].includes(product.typeId)) throw refused('Incompatible product type');
  const option = newOption(shop, data);
  if (product.options.some(({ attributeId }) => attributeId === option.attributeId)) throw refused('Product already has this option');
  product.typeId = 'configurable';
  product.options.push(option);
  product.writes += 1;
  resetAxes(shop, product);
  return option.id;
}

export function updateOption(shop: Shop, sku: string, id: number, data: ConfigurableOptionData): number {
  const option = configurable(shop, sku).options.find((candidate) => candidate.id === id);
  if (!option) throw notFound('Option with id "%1" not found', id);
  if (data.label !== undefined) option.label = data.label;
  if (data.position !== undefined) option.position = data.position;
  if (data.values) option.values = valuesOf(data);
  return option.id;
}

export function findOption(shop: Shop, sku: string, id: number): ConfigurableOption {
  const option = configurable(shop, sku).options.find((candidate) => candidate.id === id);
  if (!option) throw notFound('The "%1" entity that was requested doesn\'t exist. Verify the entity and try again.', id);
  return option;
}

/** Takes every variant off as well, as Magento does. */
export function removeOption(shop: Shop, sku: string, id: number): void {
  const product = configurable(shop, sku);
  findOption(shop, sku, id);
  product.options = product.options.filter((option) => option.id !== id);
  product.children = [];
  product.writes += 1;
}

/** `POST /configurable-products/{sku}/child` (LinkManagement::addChild). */
export function addChild(shop: Shop, sku: string, childSku: string): void {
  const product = shop.products.get(sku);
  const child = shop.products.get(childSku);
  if (product.children.includes(child.id)) throw refused('The product is already attached.');
  if (product.options.length === 0) throw refused("The parent product doesn't have configurable product options.");
  const codes = product.options.map(({ attributeId }) => shop.attributes.get(String(attributeId)).code);
  const missing = codes.find((code) => child.values.get(code, ADMIN) === undefined);
  if (missing !== undefined) {
    throw refused('The child product doesn\'t have the "%1" attribute value. Verify the value and try again.', missing);
  }
  checkLinks(shop, codes, [...product.children, child.id]);
  product.children.push(child.id);
  product.writes += 1;
}

/** SKUs are compared as they are spelled here. */
export function removeChild(shop: Shop, sku: string, childSku: string): void {
  const product = shop.products.get(sku);
  if (product.typeId !== 'configurable') throw refused('The product with the "%1" SKU isn\'t a configurable product.', sku);
  const rest = product.children.filter((id) => shop.products.byId(id)?.sku !== childSku);
  if (rest.length === product.children.length) {
    throw notFound("The option that was requested doesn't exist. Verify the entity and try again.");
  }
  product.children = rest;
  product.writes += 1;
}

export function configurable(shop: Shop, sku: string): Product {
  const product = shop.products.get(sku);
  if (product.typeId !== 'configurable') throw refused('This is implemented for the "%1" configurable product only.', sku);
  return product;
}

export function optionAnswer(product: Product, option: ConfigurableOption): Record<string, unknown> {
  const { id, attributeId, label, position, values } = option;
  return {
    id,
    attribute_id: String(attributeId),
    label,
    position,
    values: values.map((value_index) => ({ value_index })),
    product_id: product.id,
  };
}

/** Each variant has a value on every axis, and no two the same combination; default values count (magento2#9693). */
function checkLinks(shop: Shop, codes: readonly string[], ids: readonly number[]): void {
  const seen = new Map<string, number>();
  for (const id of ids) {
    const variant = shop.products.byId(id);
    if (!variant) throw notFound('The product with ID "%1" does not exist.', id);
    const values = codes.map((code) => {
      const value = variant.values.get(code, ADMIN);
      if (value === undefined) throw refused('Product with id "%1" does not contain required attribute "%2".', id, code);
      return `${code}:${value};`;
    });
    const twin = seen.get(values.join(''));
    if (twin !== undefined) throw refused('Products "%1" and "%2" have the same set of attribute values.', id, twin);
    seen.set(values.join(''), id);
  }
}

/** Only an option whose label or position differs is made anew; the others keep their id. */
function keptOption(shop: Shop, draft: Product, data: ConfigurableOptionData): ConfigurableOption {
  const fresh = newOption(shop, data);
  const before = draft.options.find(({ attributeId }) => attributeId === fresh.attributeId);
  if (!before || before.label !== fresh.label || before.position !== fresh.position) return fresh;
  return { ...before, values: fresh.values.length > 0 ? fresh.values : before.values };
}

/** An axis is a select with one value for all stores. */
function newOption(shop: Shop, data: ConfigurableOptionData): ConfigurableOption {
  const attribute = shop.attributes.get(String(data.attribute_id));
  if (attribute.input !== 'select' || attribute.scope !== 'global' || !attribute.userDefined) {
    throw refused('Something went wrong while saving option.');
  }
  const unknown = valuesOf(data).find((index) => !attribute.options.some(({ id }) => id === index));
  if (unknown !== undefined) throw invalidValue('value_index', unknown);
  return {
    id: shop.products.nextConfigurableOptionId(),
    attributeId: attribute.id,
    label: data.label ?? attribute.label,
    position: data.position ?? 0,
    values: valuesOf(data),
  };
}

function valuesOf({ values }: ConfigurableOptionData): number[] {
  return (values ?? []).flatMap(({ value_index }) => value_index ?? []);
}

function checkNewOption({ attribute_id, label, values }: ConfigurableOptionData): void {
  if (!attribute_id) throw refused('Option attribute ID is not specified.');
  if (!label) throw refused('Option label is not specified.');
  if (!values || values.length === 0) throw refused('Option values are not specified.');
  if (values.some(({ value_index }) => !value_index)) throw refused('Value index is not specified for an option.');
}
