import type { Attribute, AttributeScope, Backend, Input, Option } from './attribute.js';

type Row = readonly [id: number, code: string, label: string, input: Input, backend: Backend, scope: AttributeScope];

/** What a fresh Magento 2.4 knows of products: code, admin label, input, column, scope. */
const rows: readonly Row[] = [
  [73, 'name', 'Product Name', 'text', 'varchar', 'store'],
  [74, 'sku', 'SKU', 'text', 'static', 'global'],
  [75, 'description', 'Description', 'textarea', 'text', 'store'],
  [76, 'short_description', 'Short Description', 'textarea', 'text', 'store'],
  [77, 'price', 'Price', 'price', 'decimal', 'global'],
  [78, 'special_price', 'Special Price', 'price', 'decimal', 'global'],
  [79, 'special_from_date', 'Special Price From Date', 'date', 'datetime', 'website'],
  [80, 'special_to_date', 'Special Price To Date', 'date', 'datetime', 'website'],
  [81, 'cost', 'Cost', 'price', 'decimal', 'global'],
  [82, 'weight', 'Weight', 'weight', 'decimal', 'global'],
  [83, 'manufacturer', 'Manufacturer', 'select', 'int', 'global'],
  [84, 'meta_title', 'Meta Title', 'text', 'varchar', 'store'],
  [85, 'meta_keyword', 'Meta Keywords', 'textarea', 'text', 'store'],
  [86, 'meta_description', 'Meta Description', 'textarea', 'varchar', 'store'],
  [87, 'image', 'Base', 'media_image', 'varchar', 'store'],
  [88, 'small_image', 'Small', 'media_image', 'varchar', 'store'],
  [89, 'thumbnail', 'Thumbnail', 'media_image', 'varchar', 'store'],
  [90, 'media_gallery', 'Media Gallery', 'gallery', 'static', 'global'],
  [93, 'color', 'Color', 'select', 'int', 'global'],
  [94, 'news_from_date', 'Set Product as New from Date', 'date', 'datetime', 'website'],
  [95, 'news_to_date', 'Set Product as New to Date', 'date', 'datetime', 'website'],
  [97, 'status', 'Enable Product', 'select', 'int', 'website'],
  [99, 'visibility', 'Visibility', 'select', 'int', 'store'],
  [106, 'options_container', 'Display Product Options In', 'text', 'varchar', 'store'],
  [114, 'country_of_manufacture', 'Country of Manufacture', 'text', 'varchar', 'website'],
  [119, 'url_key', 'URL Key', 'text', 'varchar', 'store'],
  [136, 'tax_class_id', 'Tax Class', 'select', 'int', 'website'],
];

const required = new Set(['name', 'sku', 'price', 'status', 'visibility']);
const userDefined = new Set(['manufacturer', 'color', 'cost']);
const simpleOnly = new Set(['price', 'special_price', 'special_from_date', 'special_to_date', 'cost']);
const fixed: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
  status: [
    [1, 'Enabled'],
    [2, 'Disabled'],
  ],
  visibility: [
    [1, 'Not Visible Individually'],
    [2, 'Catalog'],
    [3, 'Search'],
    [4, 'Catalog, Search'],
  ],
  tax_class_id: [
    [0, 'None'],
    [2, 'Taxable Goods'],
  ],
};

export function systemAttributes(): Attribute[] {
  return rows.map(([id, code, label, input, backend, scope]) => ({
    id,
    code,
    label,
    input,
    backend,
    scope,
    labels: new Map(),
    required: required.has(code),
    unique: code === 'sku',
    userDefined: userDefined.has(code),
    editableOptions: fixed[code] === undefined,
    options: (fixed[code] ?? []).map(([optionId, optionLabel]) => fixedOption(optionId, optionLabel)),
    applyTo: simpleOnly.has(code) ? ['simple', 'virtual', 'downloadable', 'bundle'] : [],
    settings: {},
  }));
}

export function fixedOption(id: number, label: string): Option {
  return { id, label, storeLabels: new Map(), sortOrder: id, isDefault: false };
}

/** First id of what a person or a program adds. */
export const FIRST_ATTRIBUTE_ID = 140;
