import { loadFunctions } from '../../src/config/load-functions.js';
import { readFolder } from '../../src/config/read-folder.js';
import { readPipeline } from '../../src/config/read-pipeline.js';
import { compilePipeline } from '../../src/mapping/compile-pipeline.js';
import type { Pipeline } from '../../src/mapping/pipeline.js';
import type { Mapped } from '../../src/model/document.js';
import type { JsonObject } from '../../src/model/json.js';
import type { SourceRecord } from '../../src/model/record.js';
import { attribute, documents, fieldsOf, record, structure, value } from '../kit/mapping/scene.js';

const localizable = { localizable: true };
/** What matters of the icecat catalogue's attributes. */
const icecat = structure(
  [
    attribute('sku', 'identifier'),
    attribute('name', 'text'),
    attribute('variation_name', 'text', localizable),
    attribute('description', 'textarea', { localizable: true, scopable: true, labels: { en_US: 'Description', de_DE: 'Beschreibung' } }),
    attribute('meta_title', 'text', localizable),
    attribute('price', 'price'),
    attribute('weight', 'metric', { unit: 'KILOGRAM' }),
    attribute('display_diagonal', 'metric', { unit: 'INCH' }),
    attribute('color', 'select'),
    attribute('size', 'select'),
    attribute('collection', 'multiselect'),
    attribute('picture', 'image'),
    attribute('image', 'image'),
    attribute('variation_image', 'image'),
    attribute('auto_exposure', 'boolean'),
    attribute('release_date', 'date', { scopable: true }),
    attribute('notice', 'file'),
  ],
  {
    familyVariants: [
      { code: 'tv', family: 'led_tvs', axes: ['display_diagonal'] },
      { code: 'clothing', family: 'clothing', axes: ['color', 'size'] },
    ],
  },
);

/** The smallest other PIM: none of the attributes the mapping has words for but those it cannot do without. */
const smallest = structure([attribute('sku', 'identifier'), attribute('name', 'text', localizable), attribute('price', 'price')]);

async function load(described = icecat): Promise<Record<'products' | 'models' | 'categories', Pipeline>> {
  const dir = 'mappings/akeneo-to-magento';
  const files = (await readFolder(dir, '', ['.yaml'])).filter((one) => one.name !== 'connections').map(readPipeline);
  const pipelines = files.flatMap((one) => one.pipeline ?? []);
  const { functions, mistakes } = loadFunctions(await readFolder(dir, 'functions', ['.ts']));
  expect([mistakes, pipelines.length]).toEqual([[], 3]);
  const compile = (name: string): Pipeline => {
    const file = pipelines.find((one) => one.data.pipeline === name);
    if (!file) throw new Error(`no ${name}`);
    const structureOf = file.data.source.entity === 'category' ? null : described;
    const result = compilePipeline(file, { structure: structureOf, inherits: [], tables: {}, functions, pipelines });
    if ('mistakes' in result) throw new Error(JSON.stringify(result.mistakes));
    return result.pipeline;
  };
  return { products: compile('products-magento'), models: compile('product-models-magento'), categories: compile('categories-magento') };
}

let pipelines: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  pipelines = await load();
});

const eur = (amount: string) => ({ price: [value([{ amount, currency: 'EUR' }])] });
function product(fields: JsonObject, values: SourceRecord['values'] = {}): Mapped {
  return pipelines.products.map(
    record(
      { uuid: 'u1', identifier: 'A-1', enabled: true, family: 'clothing', parent: null, root: null, axes: [], categories: [], ...fields },
      values,
      'u1',
    ),
  );
}
function model(fields: JsonObject, values: SourceRecord['values'] = {}): Mapped {
  return pipelines.models.map(
    record({ code: 'm1', family: 'clothing', parent: null, hasVariants: true, categories: [], ...fields }, values, 'm1'),
  );
}
const ref = (pipeline: string, key: string, strength = 'weak') => ({ $ref: { pipeline, key, strength } });

describe('a product of Akeneo as a product of Magento', () => {
  it('carries what Magento needs to sell it', () => {
    expect(
      fieldsOf(
        product(
          { categories: ['led_tvs'] },
          { name: [value('Big TV')], weight: [value({ amount: '500', unit: 'GRAM' })], ...eur('12.50') },
        ),
      ).all,
    ).toEqual({
      sku: 'A-1',
      type_id: 'simple',
      attribute_set: 'clothing',
      name: 'Big TV',
      price: 12.5,
      status: 1,
      visibility: 4,
      weight: 0.5,
      website_ids: [1],
      'custom_attributes.tax_class_id': 2,
      stock_item: { qty: 0, is_in_stock: true, manage_stock: false, use_config_manage_stock: false },
      'custom_attributes.url_key': 'big-tv-a-1',
      category_links: [ref('categories-magento', 'led_tvs')],
    });
  });

  it('takes the default set without a family', () => {
    expect(fieldsOf(product({ family: null })).all?.attribute_set).toBeNull();
  });

  it.each<[string, SourceRecord['values'], number, string[]]>([
    ['no price at all', {}, 0, ['no_price']],
    ['a price in another currency only', { price: [value([{ amount: '9', currency: 'USD' }])] }, 0, ['no_price']],
    ['a price of 0', eur('0.00'), 0, ['price_is_zero']],
  ])('is never enabled with %s', (_, values, price, notes) => {
    const mapped = product({}, values);
    expect(fieldsOf(mapped)).toMatchObject({ all: { price, status: 2 }, de: {} });
    expect(mapped.kind === 'documents' && mapped.notes.map((note) => note.code)).toEqual(notes);
    expect(fieldsOf(mapped).de).toEqual({});
  });

  it('is named by its name, else its variation name, else its SKU, also in the address', () => {
    const names = (values: SourceRecord['values']) =>
      Object.values(fieldsOf(product({}, values))).map((fields) => [fields.name, fields['custom_attributes.url_key']]);
    const variation = [value('Blue one', { locale: 'en_US' }), value('Blaue', { locale: 'de_DE' })];
    expect(names({ name: [value('Chair')], variation_name: variation })).toEqual([
      ['Chair', 'chair-a-1'],
      [undefined, undefined],
    ]);
    expect(names({ variation_name: variation })).toEqual([
      ['Blue one', 'blue-one-a-1'],
      ['Blaue', 'blaue-a-1'],
    ]);
    expect(names({ variation_name: variation.slice(0, 1) })).toEqual([
      ['Blue one', 'blue-one-a-1'],
      [undefined, undefined],
    ]);
    expect(names({})).toEqual([
      ['A-1', 'a-1-a-1'],
      [undefined, undefined],
    ]);
  });

  it('shows German texts of the channel print in the store de and nothing else', () => {
    const texts = (locale: string, channel: string) => value(`${locale} ${channel}`, { locale, channel });
    const description = ['print', 'ecommerce'].flatMap((channel) => [texts('en_US', channel), texts('de_DE', channel)]);
    const fields = fieldsOf(product({}, { description, ...eur('1') }));
    expect(fields.all?.['custom_attributes.description']).toBe('en_US print');
    expect(fields.de).toEqual({ 'custom_attributes.description': 'de_DE print' });
  });

  it('as a variant is found through its configurable, which it names with all axes', () => {
    const fields = fieldsOf(product({ parent: 'sub', root: 'Model-X', axes: ['Color', 'size'] })).all;
    expect(fields).toMatchObject({
      visibility: 1,
      configurable: { parent: ref('product-models-magento', 'Model-X', 'strong'), axes: ['color', 'size'] },
    });
  });

  it('has the metric axis as a select option, and other attributes by their type', () => {
    const fields = fieldsOf(
      product(
        {},
        {
          display_diagonal: [value({ amount: '32.0000', unit: 'INCH' })],
          auto_exposure: [value(true)],
          release_date: [value('2012-03-13T00:00:00+00:00', { channel: 'print' })],
          collection: [value(['summer_2016'], { labels: { summer_2016: { en_US: 'Summer 2016', de_DE: 'Sommer 2016' } } })],
          notice: [value('a/b/notice.pdf')],
        },
      ),
    ).all;
    expect(fields).toMatchObject({
      'custom_attributes.display_diagonal': { $option: { attribute: 'display_diagonal', label: '32 in', labels: { de: '32 in' } } },
      'custom_attributes.auto_exposure': 1,
      'custom_attributes.release_date': '2012-03-13',
      'custom_attributes.pim_collection': [
        { $option: { attribute: 'pim_collection', label: 'Summer 2016', labels: { de: 'Sommer 2016' } } },
      ],
    });
    expect(fields).not.toHaveProperty(['custom_attributes.notice']);
    expect(fields).not.toHaveProperty(['custom_attributes.collection']);
  });

  it('has its pictures in order, each once', () => {
    const picture = (code: string) => [value(code)];
    expect(
      fieldsOf(product({}, { image: picture('b/2.jpg'), picture: picture('a/1.jpg'), variation_image: picture('b/2.jpg') })).all?.media,
    ).toEqual([{ $asset: { code: 'a/1.jpg', name: '1.jpg' } }, { $asset: { code: 'b/2.jpg', name: '2.jpg' } }]);
  });

  it('links to what it is associated with, never to itself, and waits for none of it', () => {
    const associations = {
      X_SELL: { products: ['u2', 'u1'], product_models: ['m1'], groups: ['g'] },
      UPSELL: { products: [], product_models: [], groups: [] },
      SUBSTITUTION: { products: ['u3'] },
      PACK: { products: ['u4'] },
    };
    const mapped = product({ associations });
    expect(fieldsOf(mapped).all?.product_links).toEqual([
      { type: 'crosssell', product: ref('products-magento', 'u2') },
      { type: 'crosssell', product: ref('product-models-magento', 'm1') },
      { type: 'related', product: ref('products-magento', 'u3') },
    ]);
    expect(documents(mapped).all?.references.map(({ key, strength }) => `${key} ${strength}`)).toEqual(['u2 weak', 'm1 weak', 'u3 weak']);
  });

  it('is rejected without a SKU, with that reason', () => {
    expect(product({ identifier: null })).toEqual({
      kind: 'rejected',
      errors: [{ field: 'sku', code: 'required', message: 'it is required, and identifier has no value' }],
    });
  });

  it('is excluded when it is disabled', () => {
    expect(product({ enabled: false })).toEqual({ kind: 'excluded', reason: 'enabled is false, and true is wanted' });
  });
});

describe('a product model of Akeneo as a configurable of Magento', () => {
  it('has no price, is enabled with variants and disabled without', () => {
    const fields = fieldsOf(model({}, { name: [value('Jacket')], ...eur('999') })).all;
    expect(fields).toMatchObject({
      sku: 'm1',
      type_id: 'configurable',
      status: 1,
      visibility: 4,
      name: 'Jacket',
      'custom_attributes.url_key': 'jacket-m1',
    });
    expect(Object.keys(fields ?? {}).filter((field) => field.includes('price'))).toEqual([]);
    const without = model({ hasVariants: false });
    expect(fieldsOf(without).all).toMatchObject({ status: 2, name: 'm1' });
    expect(without).toMatchObject({ notes: [{ code: 'no_variants' }] });
  });

  it('stands for the root: sub-models are none', () => {
    expect(model({ parent: 'root' })).toEqual({ kind: 'excluded', reason: 'parent is root, and none is wanted' });
  });
});

describe('a category of Akeneo', () => {
  it('stands below its parent, which it waits for, and a root below the root of the shop', () => {
    const label = [value('Cameras', { locale: 'en_US' }), value('Kameras', { locale: 'de_DE' })];
    const fields = fieldsOf(pipelines.categories.map(record({ code: 'cameras', parent: 'master', position: 3 }, { label }, 'cameras')));
    expect(fields).toEqual({
      all: {
        parent: ref('categories-magento', 'master', 'strong'),
        name: 'Cameras',
        is_active: true,
        include_in_menu: true,
        position: 3,
        'custom_attributes.url_key': 'cameras-cameras',
      },
      de: { name: 'Kameras', 'custom_attributes.url_key': 'kameras-cameras' },
    });
    const root = fieldsOf(pipelines.categories.map(record({ code: 'master', parent: null }, {}, 'master'))).all;
    expect(root).toMatchObject({ parent: null, name: 'master', position: 0 });
  });
});

describe('the pipelines together', () => {
  it('go categories, models, products', () => {
    expect([pipelines.categories.dependsOn, pipelines.models.dependsOn, pipelines.products.dependsOn]).toEqual([
      [],
      ['categories-magento'],
      ['product-models-magento', 'categories-magento'],
    ]);
  });

  it('ask the source for what they read and for nothing else', () => {
    expect(pipelines.products.needs).toMatchObject({
      fields: ['associations', 'axes', 'categories', 'enabled', 'family', 'identifier', 'root', 'uuid'],
      locales: ['en_US', 'de_DE'],
      channels: ['print'],
    });
    expect(pipelines.products.needs.attributes).not.toContain('notice');
    expect(pipelines.models.needs.attributes).not.toContain('price');
    expect(pipelines.models.needs.fields).toContain('hasVariants');
    expect(pipelines.categories.needs).toMatchObject({ attributes: ['label'], fields: ['code', 'parent', 'position'] });
  });

  it('also serve a PIM that has hardly any of their attributes', async () => {
    const { products } = await load(smallest);
    expect(products.owned).not.toContain('weight');
    const name = [value('Chair', { locale: 'en_US' }), value('Stuhl', { locale: 'de_DE' })];
    expect(fieldsOf(products.map(record({ uuid: 'u', identifier: 'S', enabled: true }, { name, ...eur('5') }, 'u')))).toMatchObject({
      all: { name: 'Chair', price: 5, status: 1 },
      de: { name: 'Stuhl', 'custom_attributes.url_key': 'stuhl-s' },
    });
  });
});
