import type { CatalogAttribute, CatalogChannel, CatalogFamily, CatalogFamilyVariant, CatalogOption } from './catalog.js';
import type { Row } from './read-table.js';
import { cellsOf, labelsOf, listOf, textOf } from './read-table.js';

/** What a catalogue is built from, row by row. */

export const codeOf = (row: Row): string => row.code ?? '';

export function attributeOf(row: Row): CatalogAttribute {
  return {
    code: codeOf(row),
    type: row.type ?? '',
    group: row.group ?? '',
    localizable: row.localizable === '1',
    scopable: row.scopable === '1',
    decimals: row.decimals_allowed === '1',
    unique: row.unique === '1',
    unit: textOf(row.default_metric_unit),
    metricFamily: textOf(row.metric_family),
    labels: labelsOf(row),
  };
}

export function optionOf(row: Row): CatalogOption {
  return { attribute: row.attribute ?? '', code: codeOf(row), sortOrder: Number(row.sort_order ?? 0), labels: labelsOf(row) };
}

export function channelOf(row: Row): CatalogChannel {
  return {
    code: codeOf(row),
    locales: listOf(row.locales),
    currencies: listOf(row.currencies),
    tree: row.tree ?? '',
    labels: labelsOf(row),
  };
}

export function familyOf(row: Row): CatalogFamily {
  return {
    code: codeOf(row),
    attributes: listOf(row.attributes),
    attributeAsLabel: textOf(row.attribute_as_label),
    attributeAsImage: textOf(row.attribute_as_image),
    requirements: Object.fromEntries(cellsOf(row, 'requirements-').map(([channel, cell]) => [channel, listOf(cell)])),
    labels: labelsOf(row),
  };
}

export function familyVariantOf(row: Row): CatalogFamilyVariant {
  const levels = [1, 2].map((level) => ({
    axes: listOf(row[`variant-axes_${level}`]),
    attributes: listOf(row[`variant-attributes_${level}`]),
  }));
  return { code: codeOf(row), family: row.family ?? '', labels: labelsOf(row), levels: levels.filter(({ axes }) => axes.length > 0) };
}
