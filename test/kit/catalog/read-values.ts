import type { CatalogAttribute, CatalogData, CatalogOption, CatalogValue, CatalogValues } from './catalog.js';
import type { Row } from './read-table.js';
import { listOf } from './read-table.js';

interface Column {
  readonly name: string;
  readonly attribute: CatalogAttribute;
  readonly locale: string | null;
  readonly scope: string | null;
  /** Of a price. */
  readonly currency: string | null;
}

/** Reads the value columns of a row: `code[-locale][-scope][-currency]`, a metric's unit beside it in `…-unit`. */
export function valueReader(attributes: readonly CatalogAttribute[], options: readonly CatalogOption[]): (row: Row) => CatalogValues {
  const byCode = new Map(attributes.map((attribute) => [attribute.code.toLowerCase(), attribute]));
  const optionCodes = new Map(options.map((option) => [`${option.attribute} ${option.code}`.toLowerCase(), option.code]));
  let columns: Column[] | null = null;
  let headings = '';
  return (row) => {
    const names = Object.keys(row);
    if (columns === null || headings !== names.join(';')) {
      headings = names.join(';');
      columns = names.flatMap((name) => columnOf(name, byCode) ?? []);
    }
    return readRow(row, columns, optionCodes);
  };
}

function columnOf(name: string, byCode: ReadonlyMap<string, CatalogAttribute>): Column | null {
  const [code = '', ...rest] = name.split('-');
  const attribute = byCode.get(code.toLowerCase());
  if (!attribute || rest.at(-1) === 'unit') return null;
  const locale = attribute.localizable ? (rest.shift() ?? null) : null;
  const scope = attribute.scopable ? (rest.shift() ?? null) : null;
  const currency = attribute.type === 'pim_catalog_price_collection' ? (rest.shift() ?? null) : null;
  return { name, attribute, locale, scope, currency };
}

function readRow(row: Row, columns: readonly Column[], optionCodes: ReadonlyMap<string, string>): CatalogValues {
  const values: Record<string, CatalogValue[]> = {};
  for (const column of columns) {
    const cell = row[column.name];
    if (cell === undefined || cell === '') continue;
    const list = (values[column.attribute.code] ??= []);
    const { locale, scope, currency } = column;
    if (currency === null) {
      list.push({ locale, scope, data: dataOf(column, cell, row, optionCodes) });
      continue;
    }
    const price = { amount: amountOf(column.attribute, cell, 2), currency };
    const known = list.find((value) => value.locale === locale && value.scope === scope);
    if (known) (known.data as object[]).push(price);
    else list.push({ locale, scope, data: [price] });
  }
  return values;
}

function dataOf({ attribute, name }: Column, cell: string, row: Row, optionCodes: ReadonlyMap<string, string>): CatalogData {
  const option = (code: string): string => optionCodes.get(`${attribute.code} ${code}`.toLowerCase()) ?? code;
  switch (attribute.type) {
    case 'pim_catalog_boolean':
      return cell === '1';
    case 'pim_catalog_number':
      return amountOf(attribute, cell, 4);
    case 'pim_catalog_date':
      return `${cell}T00:00:00+00:00`;
    case 'pim_catalog_simpleselect':
      return option(cell);
    case 'pim_catalog_multiselect':
      return listOf(cell).map(option);
    case 'pim_catalog_metric':
      return { amount: amountOf(attribute, cell, 4), unit: row[`${name}-unit`] || (attribute.unit ?? '') };
    default:
      return cell;
  }
}

/** Akeneo keeps so many places of what may have decimals, and hands the rest out as a number. */
function amountOf({ decimals }: CatalogAttribute, cell: string, places: number): string | number {
  return decimals ? Number(cell).toFixed(places) : Number(cell);
}
