import type { JsonObject } from '../../contract/index.js';
import {
  category,
  kinds,
  magentoScene,
  option,
  ref,
  simple,
  warningsOf,
  type MagentoScene,
  type Name,
} from '../../../../test/kit/magento-target/index.js';

let on: MagentoScene;
beforeEach(async () => {
  on = await magentoScene();
});
afterEach(() => on.close());

const wants = (name: Name, fields: JsonObject) => on.write(on.want(name, fields));
const stands = (sku: string, store = 'all') => on.shop.state.product(sku, store);
const value = (sku: string, code: string, store = 'all') => stands(sku, store)?.values[code];
const bodies = () => on.shop.requests.flatMap(({ method, body }) => (method === 'GET' ? [] : [(body as { product: unknown }).product]));
const gets = () => on.shop.requests.count(({ method }) => method === 'GET');
const attribute = (code: string) => `custom_attributes.${code}`;

describe('a product', () => {
  it('is made with its website, tax class, stock and attributes', async () => {
    const more = {
      weight: 2.5,
      stock_item: { qty: 7, is_in_stock: true, manage_stock: true, use_config_manage_stock: false },
      [attribute('tax_class_id')]: 0,
      [attribute('description')]: 'Four legs',
      [attribute('color')]: option('color', 'Red'),
    };
    expect(await wants('products/chair', simple('chair', more))).toMatchObject([{ kind: 'written', created: true, adopted: false }]);
    expect(stands('chair')).toMatchObject({
      type: 'simple',
      attributeSet: 'Default',
      websiteIds: [1],
      stock: { qty: 7, isInStock: true, manageStock: true, useConfigManageStock: false },
      values: { name: 'Name of chair', price: '10.000000', weight: '2.500000', tax_class_id: '0', description: 'Four legs' },
      labels: { color: 'Red' },
    });
  });

  it('is sent what changed, with what names it, and no more; nothing is looked up for it', async () => {
    await wants('products/a', simple('a'));
    on.shop.requests.clear();
    await wants('products/a', simple('a', { price: 12 }));
    expect(bodies()).toEqual([{ id: stands('a')?.id, sku: 'a', type_id: 'simple', price: 12 }]);
    expect(gets()).toBe(0);
  });

  it('that people made is taken over under its SKU, however that is spelled', async () => {
    const id = on.shop.people.saveProduct({ sku: 'CHAIR-1', name: 'Theirs', custom_attributes: [{ attribute_code: 'cost', value: 3 }] });
    expect(await wants('products/chair', simple('chair-1'))).toMatchObject([{ adopted: true, created: false, targetId: `${id}:chair-1` }]);
    expect(on.shop.state.skus()).toEqual(['chair-1']);
    expect(value('chair-1', 'cost')).toBe('3.000000');
  });

  it('keeps its id when its SKU is renamed, also when only the case of it changes', async () => {
    await wants('products/a', simple('a'));
    const id = stands('a')?.id;
    await wants('products/a', simple('b'));
    expect([stands('b')?.id, stands('a')]).toEqual([id, undefined]);
    expect(await wants('products/a', simple('B'))).toMatchObject([{ targetId: `${id}:B` }]);
    expect(on.shop.state.skus()).toEqual(['B']);
  });

  it('is refused a SKU that another product has, and stays as it was', async () => {
    await wants('products/a', simple('a'));
    on.shop.people.saveProduct({ sku: 'b' });
    expect(await wants('products/a', simple('b', { name: 'X' }))).toMatchObject([
      { kind: 'rejected', message: expect.stringContaining('SKU') },
    ]);
    expect(stands('a')?.values.name).toBe('Name of a');
  });

  it('loses the values that are not wanted any more', async () => {
    await wants('products/a', simple('a', { weight: 3, [attribute('description')]: 'long', [attribute('color')]: option('color', 'Red') }));
    await wants('products/a', simple('a'));
    expect([value('a', 'description'), value('a', 'color'), Number(value('a', 'weight'))]).toEqual([undefined, undefined, 0]);
  });

  it('takes null and an empty text for no value', async () => {
    await wants('products/a', simple('a', { [attribute('description')]: 'long', [attribute('meta_title')]: 'short' }));
    await wants('products/a', simple('a', { [attribute('description')]: null, [attribute('meta_title')]: '' }));
    expect([value('a', 'description'), value('a', 'meta_title')]).toEqual([undefined, undefined]);
  });

  it('in doubt loses what is not wanted any more, and nothing that is not ours', async () => {
    await wants('products/a', simple('a', { [attribute('description')]: 'long' }));
    on.shop.people.saveProduct({ sku: 'a', custom_attributes: [{ attribute_code: 'cost', value: 3 }] });
    on.doubt('products/a');
    expect(kinds(await wants('products/a', simple('a')))).toEqual(['written']);
    expect([value('a', 'description'), value('a', 'cost')]).toEqual([undefined, '3.000000']);
  });

  it('that people deleted is made anew, whole', async () => {
    const document = simple('a', { [attribute('description')]: 'long' });
    await wants('products/a', document);
    on.shop.people.deleteProduct('a');
    expect(kinds(await wants('products/a', { ...document, category_links: [] }))).toEqual(['unknown']);
    expect(on.shop.state.productCount).toBe(0);
    await wants('products/a', document);
    on.shop.people.deleteProduct('a');
    expect(kinds(await wants('products/a', { ...document, price: 11 }))).toEqual(['unknown']);
    expect(kinds(await wants('products/a', { ...document, price: 11 }))).toEqual(['written']);
    expect(stands('a')?.values).toMatchObject({ name: 'Name of a', description: 'long', price: '11.000000' });
    expect(on.shop.state.productCount).toBe(1);
  });

  it('that people deleted and made anew under its SKU is taken over, whole', async () => {
    await wants('products/a', simple('a', { [attribute('description')]: 'long' }));
    on.shop.people.deleteProduct('a');
    const id = on.shop.people.saveProduct({ sku: 'a' });
    const changed = simple('a', { [attribute('description')]: 'long', price: 11 });
    expect(kinds(await wants('products/a', changed))).toEqual(['unknown']);
    expect(await wants('products/a', changed)).toMatchObject([{ kind: 'written', targetId: `${id}:a` }]);
    expect(stands('a')?.values).toMatchObject({ description: 'long', price: '11.000000' });
  });

  it.each<JsonObject>([{}, { category_links: [] }])(
    'that people deleted is made whole, not of a change that would do for a product (%j)',
    async (more) => {
      await wants('products/a', simple('a', { [attribute('description')]: 'long' }));
      on.shop.people.deleteProduct('a');
      on.shop.people.createAttributeSet('Chairs');
      const enough = { attribute_set: 'Chairs', name: 'New', price: 2, status: 2, visibility: 1, ...more };
      const document = simple('a', { [attribute('description')]: 'long', ...enough });
      expect(kinds(await wants('products/a', document))).toEqual(['unknown']);
      expect(kinds(await wants('products/a', document))).toEqual(['written']);
      expect([on.shop.state.productCount, value('a', 'description'), value('a', 'name')]).toEqual([1, 'long', 'New']);
    },
  );

  it('that people deleted, and that has another SKU by now, takes over what stands there, with its categories', async () => {
    await wants('products/a', simple('a'));
    on.shop.people.deleteProduct('a');
    const theirs = on.shop.people.saveCategory({ name: 'Sale', parent_id: 2 });
    const id = on.shop.people.saveProduct({ sku: 'B', extension_attributes: { category_links: [{ category_id: theirs }] } });
    on.doubt('products/a');
    expect(await wants('products/a', simple('b', { category_links: [] }))).toMatchObject([{ adopted: true, targetId: `${id}:b` }]);
    expect(stands('b')?.categories).toEqual([theirs]);
  });

  it('goes to the attribute set of its family; one the shop does not have is refused for that product alone', async () => {
    on.shop.people.createAttributeSet('Chairs');
    const outcomes = await on.write(
      on.want('products/a', simple('a', { attribute_set: 'chairs' })),
      on.want('products/b', simple('b', { attribute_set: 'Sofas' })),
      on.want('products/c', simple('c')),
    );
    expect(outcomes).toMatchObject([{ kind: 'written' }, { kind: 'rejected', field: 'attribute_set' }, { kind: 'written' }]);
    expect([stands('a')?.attributeSet, stands('b'), stands('c')?.attributeSet]).toEqual(['Chairs', undefined, 'Default']);
  });

  it('goes to an attribute set that people made a moment ago', async () => {
    await wants('products/a', simple('a'));
    on.shop.people.createAttributeSet('Chairs');
    expect(kinds(await wants('products/b', simple('b', { attribute_set: 'Chairs' })))).toEqual(['written']);
  });

  it('with a value longer than the shop takes is refused, and told which', async () => {
    expect(await wants('products/a', simple('a', { [attribute('meta_title')]: 'x'.repeat(256) }))).toMatchObject([
      { kind: 'rejected', field: 'custom_attributes.meta_title', message: expect.stringContaining('255') },
    ]);
    expect(await wants('products/b', simple('b', { name: 'x'.repeat(256) }))).toMatchObject([{ kind: 'rejected', field: 'name' }]);
    expect(await wants('products/c', simple('c'.repeat(65)))).toMatchObject([{ kind: 'rejected', field: 'sku' }]);
    expect(on.shop.state.productCount).toBe(0);
  });

  it('whose text is as long as the shop takes, in characters and not in bytes, is taken', async () => {
    const texts = { name: '🙂'.repeat(255), [attribute('description')]: 'ä'.repeat(20_000) };
    expect(kinds(await wants('products/a', simple('ö'.repeat(64), texts)))).toEqual(['written']);
  });

  it('with a value that the shop refuses by name is refused with that field', async () => {
    expect(await wants('products/a', simple('a', { [attribute('tax_class_id')]: 77 }))).toMatchObject([
      { kind: 'rejected', field: 'custom_attributes.tax_class_id' },
    ]);
    expect(on.shop.state.productCount).toBe(0);
  });

  it('whose website the shop does not have is refused, not taken for gone', async () => {
    expect(await wants('products/a', simple('a', { website_ids: [9] }))).toMatchObject([{ kind: 'rejected' }]);
    await wants('products/b', simple('b'));
    expect(await wants('products/b', simple('b', { website_ids: [9] }))).toMatchObject([{ kind: 'rejected' }]);
    await wants('products/b', simple('b', { website_ids: [] }));
    expect(stands('b')?.websiteIds).toEqual([]);
  });

  it('whose address another one has gets the SKU into its own, with a warning', async () => {
    await wants('products/a', simple('a', { [attribute('url_key')]: 'same' }));
    expect(warningsOf(await wants('products/b', simple('B 2', { [attribute('url_key')]: 'same' })))).toEqual(['url_key_taken']);
    expect(value('B 2', 'url_key')).toBe('same-b-2');
  });
});

describe('a product in categories and beside others', () => {
  it('stands in those that are wanted, and stays in those that people put it in', async () => {
    const theirs = on.shop.people.saveCategory({ name: 'Sale', parent_id: 2 });
    await on.write(on.want('categories/a', category('A')), on.want('categories/b', category('B')));
    await wants('products/p', simple('p', { category_links: [ref('categories', 'a')] }));
    const [a, b] = ['categories/a', 'categories/b'].map((name) => Number(on.ids.get(name)));
    on.shop.people.tamper('p', ({ categories }) => void categories.set(theirs, 3));
    await wants('products/p', simple('p', { category_links: [ref('categories', 'b')] }));
    expect([...(stands('p')?.categories ?? [])].sort()).toEqual([b, theirs].sort());
    await wants('products/p', simple('p'));
    expect([stands('p')?.categories, stands('p')?.categories.includes(a as number)]).toEqual([[theirs], false]);
  });

  it('leaves out a category and a product that do not stand there yet, with a warning', async () => {
    const more = { category_links: [ref('categories', 'none')], product_links: [{ type: 'related', product: ref('products', 'none') }] };
    expect(warningsOf(await wants('products/p', simple('p', more)))).toEqual(['not_in_shop_yet', 'not_in_shop_yet']);
    expect(stands('p')).toMatchObject({ categories: [], links: [] });
  });

  it('keeps the order of its links of each kind, and loses them when they go', async () => {
    await on.write(...['x', 'y', 'z'].map((sku) => on.want(`products/${sku}`, simple(sku))));
    const links = [
      { type: 'related', product: ref('products', 'y') },
      { type: 'upsell', product: ref('products', 'z') },
      { type: 'related', product: ref('products', 'x') },
    ];
    await wants('products/p', simple('p', { product_links: links }));
    expect(stands('p')?.links).toEqual([
      { type: 'related', sku: 'y', position: 0 },
      { type: 'upsell', sku: 'z', position: 0 },
      { type: 'related', sku: 'x', position: 1 },
    ]);
    await wants('products/p', simple('p'));
    expect(stands('p')?.links).toEqual([]);
  });

  it('is written without its links where people deleted one of them, with a warning', async () => {
    await wants('products/x', simple('x'));
    on.shop.people.deleteProduct('x');
    const links = { product_links: [{ type: 'related', product: ref('products', 'x') }] };
    expect(warningsOf(await wants('products/p', simple('p', links)))).toEqual(['linked_product_gone']);
    expect(stands('p')?.values.name).toBe('Name of p');
  });
});

describe('a product in a store view', () => {
  it('has only what differs there, and shows the default values in all else', async () => {
    await on.write(on.want('products/a', simple('a', { [attribute('description')]: 'long' })));
    on.shop.requests.clear();
    await wants('products/a@de', { name: 'Stuhl' });
    expect(on.shop.requests.filter(({ method }) => method === 'POST').map(({ path }) => path)).toEqual(['/rest/de/V1/products']);
    expect(on.shop.state.raw('a', 'de')).toEqual({ name: 'Stuhl' });
    expect([value('a', 'name'), value('a', 'description', 'de')]).toEqual(['Name of a', 'long']);
    await wants('products/a', simple('a', { [attribute('description')]: 'longer' }));
    expect([value('a', 'description', 'de'), value('a', 'name', 'de')]).toEqual(['longer', 'Stuhl']);
  });

  it('is sent what changed there and no more', async () => {
    await wants('products/a', simple('a'));
    await wants('products/a@de', { name: 'Stuhl', [attribute('description')]: 'lang' });
    on.shop.requests.clear();
    await wants('products/a@de', { name: 'Stuhl', [attribute('description')]: 'länger' });
    expect(bodies()).toEqual([{ id: stands('a')?.id, sku: 'a', custom_attributes: [{ attribute_code: 'description', value: 'länger' }] }]);
  });

  it('inherits again what is not wanted there any more; its name, which is required, shows the default one', async () => {
    await wants('products/a', simple('a', { [attribute('description')]: 'long' }));
    await wants('products/a@de', { name: 'Stuhl', [attribute('description')]: 'lang' });
    await wants('products/a@de', {});
    expect(on.shop.state.raw('a', 'de').description).toBeUndefined();
    expect([value('a', 'description', 'de'), value('a', 'name', 'de')]).toEqual(['long', 'Name of a']);
  });

  it('is hidden there, and shown there again when that goes', async () => {
    await wants('products/a', simple('a'));
    await wants('products/a@de', { status: 2, visibility: 1 });
    expect([value('a', 'status', 'de'), value('a', 'visibility', 'de'), value('a', 'status')]).toEqual(['2', '1', '1']);
    await wants('products/a@de', {});
    expect([value('a', 'status', 'de'), value('a', 'visibility', 'de')]).toEqual(['1', '4']);
  });

  it('in doubt loses what differs there and is not wanted, and nothing else', async () => {
    await wants('products/a', simple('a', { [attribute('description')]: 'long' }));
    await wants('products/a@de', { name: 'Stuhl', [attribute('description')]: 'lang' });
    on.doubt('products/a@de');
    on.shop.requests.clear();
    await wants('products/a@de', { [attribute('meta_title')]: 'Titel' });
    expect(on.shop.state.raw('a', 'de')).toEqual({ name: 'Name of a', meta_title: 'Titel' });
    expect(bodies()).toHaveLength(1);
  });

  it('does not get there what is the same in every store view, with a warning', async () => {
    await wants('products/a', simple('a', { [attribute('color')]: option('color', 'Red') }));
    const outcomes = await wants('products/a@de', { name: 'Stuhl', [attribute('color')]: option('color', 'Blue') });
    expect(warningsOf(outcomes)).toEqual(['not_per_store']);
    expect(stands('a')?.labels.color).toBe('Red');
  });

  it('is not made out of nothing', async () => {
    expect(kinds(await wants('products/a@de', { name: 'Stuhl' }))).toEqual(['unknown']);
    expect(on.shop.state.productCount).toBe(0);
  });

  it('that the shop does not have is refused alone; the product itself is written', async () => {
    await wants('products/a', simple('a'));
    const outcomes = await on.write(on.want('products/b', simple('b')), on.want('products/a@fr', { name: 'Chaise' }));
    expect(outcomes).toMatchObject([{ kind: 'written' }, { kind: 'rejected', message: expect.stringContaining('fr') }]);
    on.doubt('products/a@fr');
    expect(kinds(await on.write(on.want('products/a@fr', { name: 'Chaise' })))).toEqual(['rejected']);
  });
});

describe('a batch of 100 products', () => {
  it('of which three are refused has an outcome for each', async () => {
    const refused = { 13: { attribute_set: 'none' }, 50: { name: 'x'.repeat(256) }, 99: { website_ids: [9] } } as Record<
      number,
      JsonObject
    >;
    const batch = Array.from({ length: 100 }, (_, n) => on.want(`products/${n}`, simple(`p${n}`, refused[n])));
    const outcomes = await on.write(...batch);
    expect(outcomes.map(({ key }) => key)).toEqual(batch.map(({ key }) => key));
    const guilty = outcomes.filter(({ kind }) => kind !== 'written');
    expect(guilty.map(({ key, kind }) => [key, kind])).toEqual(Object.keys(refused).map((n) => [`products/${n}`, 'rejected']));
    expect(on.shop.state.productCount).toBe(97);
  });

  it('is looked up with one request, and sent with one each, two at a time', async () => {
    on.shop.faults.add({ kind: 'delay', delayMs: 3, times: Infinity });
    await on.write(...Array.from({ length: 100 }, (_, n) => on.want(`products/${n}`, simple(`p${n}`))));
    expect(on.shop.requests.count(({ method, path }) => method === 'GET' && path.endsWith('/V1/products'))).toBe(1);
    expect(on.shop.requests.count(({ method }) => method === 'POST')).toBe(100);
    expect(on.shop.server.maxInFlight).toBe(2);
  });
});
