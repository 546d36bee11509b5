import type { Catalog, CatalogAssociations, CatalogFamilyVariant, CatalogModel, CatalogProduct } from './catalog.js';
import { attributeOf, channelOf, codeOf, familyOf, familyVariantOf, optionOf } from './read-structure.js';
import type { Row } from './read-table.js';
import { labelsOf, listOf, readTable, textOf } from './read-table.js';
import { valueReader } from './read-values.js';
import { Spelling } from './spelling.js';

const files = [
  'attributes',
  'attribute_groups',
  'attribute_options',
  'association_types',
  'categories',
  'channels',
  'currencies',
  'families',
  'family_variants',
  'locales',
  'product_models',
  'products',
] as const;

/** Reads the folder of an Akeneo CSV export. Codes that differ only in case are the same, as in Akeneo, and take the entity's own spelling. */
export async function readCatalog(folder: string): Promise<Catalog> {
  const tables = new Map<string, Row[]>();
  for (const name of files) tables.set(name, await readTable(folder, name));
  const table = (name: (typeof files)[number]): Row[] => tables.get(name) ?? [];

  const attributes = table('attributes').map(attributeOf);
  const options = table('attribute_options').map(optionOf);
  const categories = table('categories').map((row) => ({ code: codeOf(row), parent: textOf(row.parent), labels: labelsOf(row) }));
  const channels = table('channels').map(channelOf);
  const familyVariants = table('family_variants').map(familyVariantOf);
  const identifier = attributes.find(({ type }) => type === 'pim_catalog_identifier')?.code ?? 'sku';
  const read: Reading = {
    identifier,
    category: new Spelling(categories.map(({ code }) => code)),
    family: new Spelling(table('families').map(codeOf)),
    variant: new Spelling(familyVariants.map(({ code }) => code)),
    model: new Spelling(table('product_models').map(codeOf)),
    product: new Spelling(table('products').map((row) => row[identifier] ?? '')),
    familyVariants,
    values: valueReader(attributes, options),
  };
  const models = modelsOf(table('product_models'), read);
  const modelFamilies = new Map(models.map((model) => [model.code, model.family]));
  const active = (of: 'locales' | 'currencies') => [...new Set(channels.flatMap((channel) => channel[of]))];
  return {
    folder,
    attributes,
    attributeGroups: table('attribute_groups').map((row) => ({
      code: codeOf(row),
      sortOrder: Number(row.sort_order ?? 0),
      labels: labelsOf(row),
    })),
    options,
    associationTypes: table('association_types').map((row) => ({ code: codeOf(row), labels: labelsOf(row) })),
    categories: categories.map((category) => ({ ...category, parent: read.category.of(category.parent) })),
    channels,
    // An export without these files still has those that its channels use.
    locales: [...new Set([...table('locales').map(codeOf), ...active('locales')])],
    currencies: [
      ...table('currencies').map((row) => ({ code: codeOf(row), enabled: row.activated === '1' })),
      ...(table('currencies').length > 0 ? [] : active('currencies').map((code) => ({ code, enabled: true }))),
    ],
    families: table('families').map(familyOf),
    familyVariants,
    models,
    products: table('products').map((row) => productOf(row, read, modelFamilies)),
  };
}

interface Reading {
  /** Code of the attribute that is the products' identifier. */
  readonly identifier: string;
  readonly category: Spelling;
  readonly family: Spelling;
  readonly variant: Spelling;
  readonly model: Spelling;
  readonly product: Spelling;
  readonly familyVariants: readonly CatalogFamilyVariant[];
  values(row: Row): CatalogProduct['values'];
}

/** A sub-model names no family variant of its own: it has its root's. */
function modelsOf(rows: readonly Row[], read: Reading): CatalogModel[] {
  const byCode = new Map(rows.map((row) => [codeOf(row).toLowerCase(), row]));
  const variantOf = (row: Row): string => {
    const parent = byCode.get((row.parent ?? '').toLowerCase());
    return row.family_variant || (parent ? variantOf(parent) : '');
  };
  return rows.map((row) => {
    const familyVariant = read.variant.of(variantOf(row)) ?? '';
    return {
      code: codeOf(row),
      parent: read.model.of(row.parent),
      family: read.familyVariants.find(({ code }) => code === familyVariant)?.family ?? '',
      familyVariant,
      categories: read.category.all(listOf(row.categories)),
      values: read.values(row),
      associations: associationsOf(row, read),
    };
  });
}

function productOf(row: Row, read: Reading, modelFamilies: ReadonlyMap<string, string>): CatalogProduct {
  const parent = read.model.of(row.parent);
  return {
    identifier: row[read.identifier] ?? '',
    enabled: row.enabled !== '0',
    parent,
    family: read.family.of(row.family) ?? (parent === null ? null : (modelFamilies.get(parent) ?? null)),
    categories: read.category.all(listOf(row.categories)),
    groups: listOf(row.groups),
    values: read.values(row),
    associations: associationsOf(row, read),
  };
}

/** Columns `X_SELL-products`, `X_SELL-product_models`, `X_SELL-groups`; what is not in the catalogue is left out. */
function associationsOf(row: Row, read: Reading): CatalogAssociations {
  const found: Record<string, { products: string[]; product_models: string[]; groups: string[] }> = {};
  for (const [column, cell] of Object.entries(row)) {
    const [, type, kind] = /^([A-Za-z0-9_]+)-(products|product_models|groups)$/.exec(column) ?? [];
    if (type === undefined || cell === '') continue;
    const association = (found[type] ??= { products: [], product_models: [], groups: [] });
    if (kind === 'products') association.products.push(...read.product.all(listOf(cell)));
    if (kind === 'product_models') association.product_models.push(...read.model.all(listOf(cell)));
    if (kind === 'groups') association.groups.push(...listOf(cell));
  }
  return found;
}
