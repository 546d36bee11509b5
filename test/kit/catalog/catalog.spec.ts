import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from './index.js';
import { multiplyCatalog, readCatalog, realCatalogFolder, writeSmallCatalog } from './index.js';

let folder: string;
let catalog: Catalog;

beforeAll(async () => {
  folder = await writeSmallCatalog();
  catalog = await readCatalog(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const product = (identifier: string) => catalog.products.find((one) => one.identifier === identifier);
const model = (code: string) => catalog.models.find((one) => one.code === code);
const plain = (data: unknown) => [{ locale: null, scope: null, data }];

describe('a catalogue read from an export', () => {
  it('has values by locale and channel as its columns say', () => {
    expect(product('mug')?.values.name).toEqual([{ locale: 'en_US', scope: null, data: 'Mug' }]);
    expect(product('mug')?.values.description).toEqual([
      { locale: 'en_US', scope: 'shop', data: 'Two\nlines; one cell' },
      { locale: 'de_DE', scope: 'shop', data: 'Becher' },
      { locale: 'en_US', scope: 'print', data: 'Printed mug' },
    ]);
    expect(product('mug')?.values.released).toEqual([{ locale: null, scope: 'shop', data: '2026-02-03T00:00:00+00:00' }]);
  });

  it('has amounts and numbers as strings where decimals are allowed, as numbers where they are not', () => {
    const values = product('mug')?.values;
    expect(values?.price).toEqual(
      plain([
        { amount: '9.90', currency: 'EUR' },
        { amount: '12.00', currency: 'USD' },
      ]),
    );
    expect(values?.whole_price).toEqual([{ locale: null, scope: 'shop', data: [{ amount: 10, currency: 'EUR' }] }]);
    expect([values?.weight, values?.length]).toEqual([plain({ amount: '0.3500', unit: 'KILOGRAM' }), plain({ amount: 2, unit: 'METER' })]);
    expect([values?.rating, values?.pages]).toEqual([plain('4.5000'), plain(3)]);
  });

  it('has booleans, selects and files', () => {
    expect([product('mug')?.values.washable, product('shirt-red-m')?.values.washable]).toEqual([plain(true), plain(false)]);
    expect(product('mug')?.values.materials).toEqual(plain(['wool', 'silk']));
    expect(product('mug')?.values.picture).toEqual(plain('files/mug.jpg'));
    expect(catalog.folder).toBe(folder);
  });

  it('has no value where a cell is empty', () => {
    expect(Object.keys(product('shirt-red-s')?.values ?? {})).toEqual(['sku', 'size']);
  });

  it('spells every code as its owner does', () => {
    expect([product('shirt-red-s')?.parent, product('mug')?.family, product('mug')?.categories]).toEqual([
      'shirt_red',
      'mugs',
      ['kitchen'],
    ]);
    expect([model('shirt_red')?.parent, model('shirt_red')?.values.color]).toEqual(['Shirt', plain('red')]);
    expect(catalog.categories.map(({ parent }) => parent)).toEqual([null, 'Master', 'clothes', 'Master', null, 'Suppliers']);
    expect(model('Shirt')?.associations).toEqual({ X_SELL: { products: ['mug'], product_models: [], groups: [] } });
    expect(product('mug')?.associations).toEqual({ X_SELL: { products: [], product_models: ['Shirt'], groups: ['sale'] } });
  });

  it('gives sub-models the family variant of their root, and variants its family', () => {
    expect([model('shirt_red')?.familyVariant, model('shirt_red')?.family, product('shirt-red-s')?.family]).toEqual([
      'shirt_color_size',
      'shirts',
      'shirts',
    ]);
  });

  it('has the structure around the products', () => {
    expect(catalog.familyVariants[0]?.levels).toEqual([
      { axes: ['color'], attributes: ['color', 'picture'] },
      { axes: ['size'], attributes: ['sku', 'size'] },
    ]);
    expect(catalog.families[0]).toMatchObject({
      attributeAsLabel: 'name',
      attributeAsImage: 'picture',
      requirements: { shop: ['sku', 'name'] },
    });
    expect(catalog.channels[0]).toMatchObject({ code: 'shop', locales: ['en_US', 'de_DE'], currencies: ['EUR', 'USD'], tree: 'Master' });
    expect(catalog.locales).toEqual(['de_DE', 'en_US', 'fr_FR']);
    expect(catalog.currencies.filter(({ enabled }) => enabled).map(({ code }) => code)).toEqual(['USD', 'EUR']);
    expect(catalog.options.find(({ code }) => code === 'silk')).toEqual({
      attribute: 'materials',
      code: 'silk',
      sortOrder: 2,
      labels: { en_US: 'Silk', de_DE: 'Seide' },
    });
  });
});

describe('a multiplied catalogue', () => {
  it('holds every product and model so many times, each copy pointing at its own', () => {
    const twice = multiplyCatalog(catalog, 2);
    expect(twice.products.map(({ identifier }) => identifier)).toEqual([
      'mug',
      'shirt-red-s',
      'shirt-red-m',
      'mug-2',
      'shirt-red-s-2',
      'shirt-red-m-2',
    ]);
    expect(twice.products[4]).toMatchObject({ parent: 'shirt_red-2', values: { sku: plain('shirt-red-s-2') } });
    expect(twice.models.map(({ code, parent }) => [code, parent])).toEqual([
      ['Shirt', null],
      ['shirt_red', 'Shirt'],
      ['Shirt-2', null],
      ['shirt_red-2', 'Shirt-2'],
    ]);
    expect([twice.models[2]?.associations.X_SELL?.products, twice.products[3]?.associations.X_SELL?.product_models]).toEqual([
      ['mug-2'],
      ['Shirt-2'],
    ]);
    expect(twice.categories).toBe(catalog.categories);
  });
});

const real = realCatalogFolder();
const whenIcecat = existsSync(join(real, '../NOTICE.md')) ? describe : describe.skip;

// Counts from the notice beside the data.
whenIcecat('the icecat catalogue', () => {
  it('is read whole', async () => {
    const { products, models, families, categories, channels, options, attributes } = await readCatalog(real);
    expect([products.length, products.filter(({ parent }) => parent !== null).length, models.length]).toEqual([1239, 240, 81]);
    expect(models.filter(({ parent }) => parent === null)).toHaveLength(50);
    expect([families.length, categories.length, channels.length, attributes.length]).toEqual([17, 168, 3, 77]);
    expect(products.filter(({ family }) => family === null)).toHaveLength(1);
    expect(options.filter(({ attribute, labels }) => attribute === 'eu_shoes_size' && /^\d+$/.test(labels.en_US ?? ''))).toHaveLength(9);
    const codes = new Set(models.map(({ code }) => code));
    expect(products.filter(({ parent }) => parent !== null && !codes.has(parent))).toEqual([]);
  });
});
