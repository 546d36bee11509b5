import type { PimAttribute, PimRow, PimState } from './pim-state.js';
import type { ShopProduct, ShopState, Store } from './shop-state.js';

const channel = 'print';
const currency = 'EUR';
const locales: Readonly<Record<Store, string>> = { all: 'en_US', de: 'de_DE' };

/** Attributes that become something else than an attribute of their own name, or nothing. */
const handled = new Set(['name', 'price', 'weight', 'picture', 'image', 'variation_image']);
const linkTypes: Readonly<Record<string, string>> = { X_SELL: 'crosssell', UPSELL: 'upsell', SUBSTITUTION: 'related' };
const pictures = ['picture', 'image', 'variation_image'];

/** Symbols of the units that occur on axes, and factors to the unit that the shop keeps. */
const symbols: Readonly<Record<string, string>> = {
  INCH: 'in',
  LITER: 'l',
  MILLILITER: 'ml',
  CENTIMETER: 'cm',
  METER: 'm',
  KILOGRAM: 'kg',
  GRAM: 'g',
  MILLIMETER: 'mm',
};
const factors: Readonly<Record<string, number>> = {
  KILOGRAM: 1,
  GRAM: 0.001,
  MILLIGRAM: 1e-6,
  TON: 1000,
  METER: 1,
  CENTIMETER: 0.01,
  MILLIMETER: 0.001,
  INCH: 0.0254,
  LITER: 1,
  MILLILITER: 0.001,
  CENTILITER: 0.01,
};

/**
 * What has to stand in the shop if the mapping of `mappings/akeneo-to-magento` means what it says,
 * worked out from the PIM's columns without any of the program's code.
 */
export function expectedShop(pim: PimState): ShopState {
  const models = new Map(pim.rows.filter((row) => row.kind === 'model').map((row) => [low(row.code), row]));
  const paths = categoryPaths(pim, 'all');
  const products = new Map<string, ShopProduct>();
  for (const row of pim.rows) {
    if (row.kind === 'model' ? row.parent !== null : !row.enabled) continue;
    const variants = row.kind === 'model' ? variantsOf(row, pim, models) : [];
    products.set(low(row.code), {
      sku: row.code,
      type: row.kind === 'model' ? 'configurable' : 'simple',
      attributeSet: row.family ?? 'Default',
      categories: row.categories.map((code) => paths.get(low(code)) ?? '?').sort(),
      children: variants
        .filter((variant) => variant.enabled)
        .map((variant) => low(variant.code))
        .sort(),
      axes: variants.some((variant) => variant.enabled) ? axesOf(row, pim).map(low).sort() : [],
      links: linksOf(row, pim, models),
      pictures: pictures.filter((code) => pim.files.has(row.columns[code] ?? '')).length,
      values: { all: valuesOf(row, 'all', pim, variants), de: valuesOf(row, 'de', pim, variants) },
    });
  }
  return { products, categories: { all: new Set(paths.values()), de: new Set(categoryPaths(pim, 'de').values()) } };
}

function categoryPaths(pim: PimState, store: Store): Map<string, string> {
  const byCode = new Map(pim.categories.map((category) => [low(category.code), category]));
  const pathOf = (code: string): string => {
    const category = byCode.get(low(code));
    if (!category) return '?';
    const name = category.labels[locales[store]] ?? category.labels[locales.all] ?? category.code;
    return category.parent === null ? name : `${pathOf(category.parent)} / ${name}`;
  };
  return new Map(pim.categories.map(({ code }) => [low(code), pathOf(code)]));
}

function variantsOf(root: PimRow, pim: PimState, models: ReadonlyMap<string, PimRow>): PimRow[] {
  const rootOf = (row: PimRow): string => {
    const parent = row.parent === null ? undefined : models.get(low(row.parent));
    return parent ? rootOf(parent) : low(row.code);
  };
  return pim.rows.filter((row) => row.kind === 'product' && row.parent !== null && rootOf(row) === low(root.code));
}

/** Links to what stands in the shop; a configurable stands for its sub-models no more than for itself. */
function linksOf(row: PimRow, pim: PimState, models: ReadonlyMap<string, PimRow>): string[] {
  const standing = new Map(pim.rows.filter((one) => one.kind === 'product' && one.enabled).map((one) => [low(one.code), one]));
  const found = row.associations.flatMap(({ type, code }) => {
    const link = linkTypes[type];
    const stands = standing.has(low(code)) || models.get(low(code))?.parent === null;
    return link !== undefined && stands && low(code) !== low(row.code) ? [`${link} ${low(code)}`] : [];
  });
  return [...new Set(found)].sort();
}

function axesOf(row: PimRow, pim: PimState): readonly string[] {
  return pim.axes.get(low(row.familyVariant ?? '')) ?? [];
}

function valuesOf(row: PimRow, store: Store, pim: PimState, variants: readonly PimRow[]): Record<string, string> {
  const isAxis = new Set([...pim.axes.values()].flat().map(low));
  const values: Record<string, string> = {};
  for (const attribute of pim.attributes) {
    if (handled.has(attribute.code)) continue;
    const shown = shownIn(store, (inStore) => shownValue(row, attribute, inStore, pim, isAxis.has(low(attribute.code))));
    if (shown !== null) values[shopCode(attribute)] = shown;
  }
  const name = shownIn(store, (inStore) => nameOf(row, inStore, pim)) ?? row.code;
  const price = Number(row.columns[`price-${currency}`] ?? 0);
  const sellable = row.kind === 'model' ? variants.length > 0 : price > 0;
  values.name = name.trim();
  // A configurable shows its variants' prices; its own is answered as 0.
  values.price = row.kind === 'product' ? String(price) : '0';
  values.status = sellable ? '1' : '2';
  values.visibility = row.kind === 'product' && row.parent !== null ? '1' : '4';
  const weight = columnOf(row, attributeOf(pim, 'weight'), store);
  if (weight !== null) values.weight = String(inUnit(weight, row.columns['weight-unit'] ?? '', 'KILOGRAM'));
  values.tax_class_id = 'Taxable Goods';
  return values;
}

/** A store view without a value of its own shows the default's. */
function shownIn(store: Store, read: (store: Store) => string | null): string | null {
  return read(store) ?? (store === 'all' ? null : read('all'));
}

function nameOf(row: PimRow, store: Store, pim: PimState): string | null {
  const candidates = row.kind === 'product' ? ['name', 'variation_name'] : ['name'];
  for (const code of candidates) {
    const attribute = pim.attributes.find((one) => one.code === code);
    const value = attribute ? columnOf(row, attribute, store) : null;
    if (value !== null && value.trim() !== '') return value;
  }
  return null;
}

function shownValue(row: PimRow, attribute: PimAttribute, store: Store, pim: PimState, axis: boolean): string | null {
  const value = columnOf(row, attribute, store);
  if (value === null) return null;
  switch (attribute.type) {
    case 'text':
    case 'textarea':
      return /^meta_(title|description)$/.test(attribute.code) ? value.slice(0, 255) : value;
    case 'number':
    case 'price_collection':
      return String(Number(value));
    case 'date':
      return value.slice(0, 10);
    case 'boolean':
      return axis ? (value === '1' ? 'Yes' : 'No') : value;
    case 'metric': {
      const unit = row.columns[`${attribute.code}-unit`] ?? '';
      return axis ? `${Number(value)} ${symbols[unit] ?? unit}` : String(inUnit(value, unit, attribute.unit ?? unit));
    }
    case 'simpleselect':
      return labelOf(pim, attribute.code, value, store);
    case 'multiselect':
      return value
        .split(',')
        .map((code) => labelOf(pim, attribute.code, code, store))
        .sort()
        .join(' | ');
    default:
      return null;
  }
}

function columnOf(row: PimRow, attribute: PimAttribute, store: Store): string | null {
  const parts = [attribute.code, ...(attribute.localizable ? [locales[store]] : []), ...(attribute.scopable ? [channel] : [])];
  if (attribute.type === 'price_collection') parts.push(currency);
  const value = row.columns[parts.join('-')];
  return value === undefined || value === '' ? null : value;
}

function labelOf(pim: PimState, attribute: string, code: string, store: Store): string {
  const labels = pim.options.get(low(attribute))?.get(low(code));
  return labels?.[locales[store]] ?? labels?.[locales.all] ?? code;
}

function inUnit(amount: string, from: string, to: string): number {
  if (from === to) return Number(amount);
  const [a, b] = [factors[from], factors[to]];
  if (a === undefined || b === undefined) throw new Error(`the comparison does not know how to make ${to} of ${from}`);
  return (Number(amount) * a) / b;
}

function attributeOf(pim: PimState, code: string): PimAttribute {
  return pim.attributes.find((one) => one.code === code) ?? { code, type: 'metric', localizable: false, scopable: false, unit: null };
}

/** Magento's attribute codes are lower case, and `collection` is reserved there. */
function shopCode({ code }: PimAttribute): string {
  return low(code) === 'collection' ? 'pim_collection' : low(code);
}

function low(text: string): string {
  return text.toLowerCase();
}
