import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCsv } from '../../test/kit/agreement/index.js';
import { bundledCatalogFolder, readCatalog } from '../../test/kit/catalog/index.js';
import { writeCatalog } from './write-catalog.js';

const folder = bundledCatalogFolder();
const files = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();

describe('the bundled catalogue', () => {
  it('is what its maker makes, byte for byte', () => {
    const made = mkdtempSync(join(tmpdir(), 'pim2shop-catalog-'));
    writeCatalog(made);
    expect(files(made)).toEqual(files(folder));
    for (const file of files(made)) expect([file, readFileSync(made + file).equals(readFileSync(folder + file))]).toEqual([file, true]);
    rmSync(made, { recursive: true });
  });

  it('stays small', () => {
    const bytes = files(folder).reduce((sum, file) => sum + readFileSync(folder + file).length, 0);
    expect(bytes).toBeLessThan(500_000);
  });

  it('has about 200 products in 4 families, 3 languages, 2 currencies, 2 channels', async () => {
    const catalog = await readCatalog(folder);
    expect(catalog.products.length).toBeGreaterThan(190);
    expect(catalog.products.length).toBeLessThan(220);
    expect(catalog.families).toHaveLength(4);
    expect(catalog.channels.map(({ locales, currencies }) => [locales.length, currencies.length])).toEqual([
      [3, 2],
      [3, 2],
    ]);
    const [name] = catalog.products[0]?.values.name ? [catalog.products[0].values.name] : [[]];
    expect(new Set(name.map(({ data }) => data)).size).toBe(3);
  });

  it('has what makes catalogues difficult', async () => {
    const catalog = await readCatalog(folder);
    const raw = readCsv(folder);
    expect(catalog.familyVariants.map(({ levels }) => levels.map(({ axes }) => axes.length))).toEqual([[2], [1, 1]]);
    const axes = catalog.familyVariants.flatMap(({ levels }) => levels.flatMap((level) => level.axes));
    expect(axes.some((axis) => catalog.attributes.find(({ code }) => code === axis)?.type === 'pim_catalog_metric')).toBe(true);
    const codes = new Set(catalog.models.map(({ code }) => code));
    expect(raw.rows.some(({ kind, parent }) => kind === 'product' && parent !== null && !codes.has(parent))).toBe(true);
    const linked = (sku: string) => catalog.products.find(({ identifier }) => identifier === sku)?.associations.X_SELL?.products[0] ?? '';
    let sku = 'backpack-1';
    for (let step = 0; step < 50; step += 1) sku = linked(sku);
    expect(sku).toBe('backpack-1');
    const instead = (sku: string) => catalog.products.find(({ identifier }) => identifier === sku)?.associations.SUBSTITUTION?.products;
    expect([instead('LAMP-1'), instead('LAMP-2')]).toEqual([['LAMP-2'], ['LAMP-1']]);
    expect(catalog.products.some(({ enabled }) => !enabled)).toBe(true);
    expect(catalog.products.some(({ family }) => family === null)).toBe(true);
    expect(Math.max(...raw.categories.map(({ parent }) => depth(raw.categories, parent)))).toBe(2);
    expect(raw.categories.filter(({ parent }) => parent === null)).toHaveLength(2);
  });

  it('lacks what catalogues lack: a price in euros, the file of a picture, the variants of a configurable', async () => {
    const catalog = await readCatalog(folder);
    const currencies = ({ values }: (typeof catalog.products)[number]) =>
      (values.price?.[0]?.data as readonly { currency: string }[]).map(({ currency }) => currency);
    expect(catalog.products.filter((product) => !currencies(product).includes('EUR')).map(({ identifier }) => identifier)).toEqual([
      'backpack-8',
    ]);
    const named = [...catalog.models, ...catalog.products].flatMap(({ values }) =>
      [...(values.picture ?? []), ...(values.variation_image ?? [])].map(({ data }) => data as string),
    );
    expect(named.filter((path) => !existsSync(join(folder, path)))).toEqual(['files/backpack-2/picture/lost.png']);
    expect(named.length).toBeGreaterThan(40);
    const parents = new Set([...catalog.models, ...catalog.products].map(({ parent }) => parent));
    expect(catalog.models.filter(({ code }) => !parents.has(code)).map(({ code }) => code)).toEqual(['jacket_nook']);
  });

  it('has small pictures, sorted by record and attribute as Akeneo sorts them', () => {
    const pictures = files(folder).filter((file) => file.endsWith('.png'));
    for (const file of pictures) {
      expect(file).toMatch(/^\/files\/([^/]+)\/(picture|variation_image)\/\1\.png$/);
      expect(readFileSync(folder + file).length).toBeLessThan(2_000);
    }
  });
});

function depth(categories: readonly { code: string; parent: string | null }[], code: string | null): number {
  if (code === null) return 0;
  return 1 + depth(categories, categories.find((one) => one.code === code)?.parent ?? null);
}
