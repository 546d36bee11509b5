import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Labels, PimRow, PimState } from './pim-state.js';

type Row = Readonly<Record<string, string>>;

/** A catalogue in Akeneo's export format, read here and nowhere else: not by the code that stands in for the PIM. */
export function readCsv(folder: string): PimState {
  const table = (name: string) => rowsOf(join(folder, `${name}.csv`));
  const models = table('product_models');
  const products = table('products');
  const variants = table('family_variants');
  const byCode = new Map(models.map((row) => [low(row.code), row]));
  const familyOf = new Map(variants.map((row) => [low(row.code), text(row.family)]));
  const rows = [
    ...models.map((row) => rowOf('model', row, byCode, familyOf.get(low(rootOf(row, byCode).family_variant)) ?? null)),
    ...products.map((row) =>
      rowOf('product', row, byCode, text(row.family) ?? familyOf.get(low(rootOf(row, byCode).family_variant)) ?? null),
    ),
  ];
  return {
    attributes: table('attributes').map((row) => ({
      code: row.code ?? '',
      type: (row.type ?? '').replace('pim_catalog_', ''),
      localizable: row.localizable === '1',
      scopable: row.scopable === '1',
      unit: text(row.default_metric_unit),
    })),
    options: optionsOf(table('attribute_options')),
    axes: new Map(variants.map((row) => [low(row.code), [...list(row['variant-axes_1']), ...list(row['variant-axes_2'])]])),
    categories: table('categories').map((row) => ({ code: row.code ?? '', parent: text(row.parent), labels: labelsOf(row) })),
    rows,
    files: filesOf(folder, rows),
  };
}

function rowsOf(path: string): Row[] {
  return parse(readFileSync(path), { columns: true, delimiter: ';', bom: true, relaxColumnCount: true });
}

function rowOf(kind: PimRow['kind'], row: Row, models: ReadonlyMap<string, Row>, family: string | null): PimRow {
  const levels = [row, ...ancestors(row, models)];
  const columns: Record<string, string> = {};
  for (const level of [...levels].reverse()) for (const [name, value] of Object.entries(level)) if (value !== '') columns[name] = value;
  const root = levels.at(-1);
  return {
    kind,
    code: (kind === 'product' ? row.sku : row.code) ?? '',
    parent: text(row.parent),
    family,
    familyVariant: kind === 'model' ? text(root?.family_variant) : null,
    enabled: kind === 'model' || row.enabled === '1',
    categories: [...new Set(levels.flatMap((level) => list(level.categories)))],
    associations: levels.flatMap(associationsOf),
    columns,
  };
}

function associationsOf(row: Row): PimRow['associations'] {
  return Object.entries(row).flatMap(([column, cell]) => {
    const type = /^(.+)-(products|product_models)$/.exec(column)?.[1];
    return type === undefined ? [] : list(cell).map((code) => ({ type, code }));
  });
}

function ancestors(row: Row, models: ReadonlyMap<string, Row>): Row[] {
  const parent = models.get(low(row.parent));
  return row.parent && parent ? [parent, ...ancestors(parent, models)] : [];
}

function rootOf(row: Row, models: ReadonlyMap<string, Row>): Row {
  return ancestors(row, models).at(-1) ?? row;
}

function optionsOf(rows: readonly Row[]): PimState['options'] {
  const options = new Map<string, Map<string, Labels>>();
  for (const row of rows) {
    const attribute = low(row.attribute);
    options.set(attribute, (options.get(attribute) ?? new Map<string, Labels>()).set(low(row.code), labelsOf(row)));
  }
  return options;
}

function labelsOf(row: Row): Labels {
  const labels = Object.entries(row).filter(([name, value]) => name.startsWith('label-') && value !== '');
  return Object.fromEntries(labels.map(([name, value]) => [name.slice('label-'.length), value]));
}

function filesOf(folder: string, rows: readonly PimRow[]): Set<string> {
  const values = rows.flatMap(({ columns }) => Object.values(columns)).filter((value) => value.startsWith('files/'));
  return new Set(values.filter((value) => existsSync(join(folder, value))));
}

function list(value: string | undefined): string[] {
  return (value ?? '').split(',').filter((one) => one !== '');
}

function text(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

function low(value: string | undefined): string {
  return (value ?? '').toLowerCase();
}
