import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { png } from './png.js';
import { makeRecords } from './records.js';
import * as tables from './tables.js';
import type { Row } from './tables.js';

/** Writes the bundled catalogue in Akeneo's CSV export format: the same bytes every time. */
export function writeCatalog(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { models, products, pictures } = makeRecords();
  const write = (name: string, rows: readonly Row[], first: readonly string[] = []): void =>
    writeFileSync(join(folder, `${name}.csv`), asCsv(rows, first));
  write('association_types', tables.associationTypeRows());
  write('attribute_groups', tables.attributeGroupRows());
  write('attributes', tables.attributeRows());
  write('attribute_options', tables.optionRows());
  write('categories', tables.categoryRows());
  write('channels', tables.channelRows());
  write('currencies', tables.currencyRows());
  write('families', tables.familyRows());
  write('family_variants', tables.familyVariantRows());
  write('locales', tables.localeRows());
  write('product_models', models, ['code', 'family_variant', 'parent', 'categories']);
  write('products', products, ['sku', 'categories', 'enabled', 'family', 'parent', 'groups']);
  for (const [path, hue] of pictures) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, png(hue));
  }
}

/** All columns any row has: the leading ones first, the others by name. */
function asCsv(rows: readonly Row[], first: readonly string[]): string {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  const leading = first.length > 0 ? first : [...names];
  const columns = [...leading, ...[...names].filter((name) => !leading.includes(name)).sort()];
  return stringify(
    rows.map((row) => columns.map((column) => row[column] ?? '')),
    { header: true, columns: columns.map((column) => ({ key: column, header: column })), delimiter: ';' },
  );
}
