import { ConnectorError, type JsonObject } from '../../contract/index.js';
import {
  category,
  configurable,
  magentoScene,
  option,
  simple,
  type MagentoScene,
  type Name,
} from '../../../../test/kit/magento-target/index.js';

let on: MagentoScene;
beforeEach(async () => {
  on = await magentoScene();
});
afterEach(() => on.close());

const idOf = (name: string) => on.ids.get(name.split('@')[0] as string) ?? null;
const asked = (name: string) => ({
  key: name,
  resource: name.startsWith('categories/') ? 'category' : 'product',
  store: name.split('@')[1] ?? 'all',
  targetId: idOf(name),
});
const read = (...names: readonly string[]) => on.target.read(names.map(asked), new AbortController().signal);
const stands = async (name: Name): Promise<JsonObject | null | undefined> => (await read(name)).get(name);
const searches = (path: RegExp) => on.shop.requests.count((request) => path.test(request.path));

describe('reading back', () => {
  it('tells the fields of a product as its document has them', async () => {
    on.shop.people.createAttributeSet('Chairs');
    const document = simple('chair', {
      attribute_set: 'Chairs',
      weight: 2.5,
      price: 19.9,
      'custom_attributes.description': 'Four legs',
      'custom_attributes.tax_class_id': 2,
      'custom_attributes.color': option('color', 'Dark Red'),
    });
    await on.write(on.want('products/chair', document));
    expect(await stands('products/chair')).toMatchObject(document);
  });

  it('tells a configurable without the price it has none of, and the default attribute set as none', async () => {
    await on.write(on.want('models/m', configurable('m')));
    const told = await stands('models/m');
    expect(told).toMatchObject(configurable('m'));
    expect(told).not.toHaveProperty('price');
  });

  it('tells options of several values, numbers, dates and truth values in the words of a document', async () => {
    await on.provide({ features: { kind: 'options' }, outdoor: { kind: 'boolean' }, deposit: { kind: 'price' }, launch: { kind: 'date' } });
    const document = {
      'custom_attributes.features': [option('features', 'Foldable'), option('features', 'Light')],
      'custom_attributes.outdoor': 0,
      'custom_attributes.deposit': 4.25,
      'custom_attributes.launch': '2024-02-29',
    };
    await on.write(on.want('products/a', simple('a', document)));
    expect(await stands('products/a')).toMatchObject(simple('a', document));
  });

  it('tells of a store view what differs there, and the labels of options in it', async () => {
    await on.write(on.want('products/a', simple('a', { 'custom_attributes.color': option('color', 'Red', { de: 'Rot' }) })));
    await on.write(on.want('products/a@de', { name: 'Auf Deutsch' }));
    const found = await read('products/a', 'products/a@de');
    expect(found.get('products/a@de')).toEqual({ name: 'Auf Deutsch' });
    expect(found.get('products/a')).toMatchObject({
      name: 'Name of a',
      'custom_attributes.color': option('color', 'Red', { de: 'Rot' }),
    });
  });

  it('tells what people changed', async () => {
    await on.write(on.want('products/a', simple('a')));
    on.shop.people.saveProduct({ sku: 'a', price: 1, name: 'Sale!' });
    expect(await stands('products/a')).toMatchObject({ price: 1, name: 'Sale!' });
  });

  it('tells null of what people deleted, also where its SKU is another product by now', async () => {
    await on.write(on.want('products/a', simple('a')), on.want('products/b', simple('b')));
    for (const sku of ['a', 'b']) on.shop.people.deleteProduct(sku);
    on.shop.people.saveProduct({ sku: 'a' });
    expect([...(await read('products/a', 'products/b', 'products/b@de', 'products/never')).values()]).toEqual([null, null, null, null]);
  });

  it('follows a product that people renamed', async () => {
    await on.write(on.want('products/a', simple('a')));
    const id = Number(idOf('products/a')?.split(':')[0]);
    on.shop.people.saveProduct({ id, sku: 'theirs' });
    expect(await stands('products/a')).toMatchObject({ sku: 'theirs' });
  });

  it('tells categories and their store views', async () => {
    const lamps = category('Lamps', { position: 3, include_in_menu: false });
    await on.write(on.want('categories/a', lamps));
    await on.write(on.want('categories/a@de', { name: 'Leuchten' }));
    const found = await read('categories/a', 'categories/a@de', 'categories/never');
    const told = Object.entries(lamps).filter(([field]) => field !== 'parent');
    expect(found.get('categories/a')).toEqual(Object.fromEntries(told));
    expect([found.get('categories/a@de'), found.get('categories/never')]).toEqual([{ name: 'Leuchten' }, null]);
  });

  it('takes one request for 100 products, and one more for their store view', async () => {
    const names = Array.from({ length: 150 }, (_, n): Name => `products/p${n}`);
    await on.write(...names.map((name) => on.want(name, simple(name.slice(9)))));
    on.shop.requests.clear();
    const found = await read(...names, 'products/p7@de');
    expect([...found.values()].filter((fields) => fields !== null)).toHaveLength(151);
    expect(searches(/\/V1\/products$/)).toBe(3);
  });

  it.each(['lost-before', 'half'] as const)('throws where the shop does not answer (%s): nothing is told to be gone', async (kind) => {
    await on.write(on.want('products/a', simple('a')));
    on.shop.faults.add({ kind, times: Infinity });
    await expect(read('products/a')).rejects.toBeInstanceOf(ConnectorError);
  });
});
