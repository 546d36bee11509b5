import { forkStandIn } from '../stand-in/index.js';
import { clientOf, where } from './client.js';
import type { Magento } from './index.js';
import { startMagento } from './index.js';

let shop: Magento;
let call: ReturnType<typeof clientOf>;

beforeEach(async () => {
  shop = await startMagento({
    stores: [
      { id: 2, code: 'de' },
      { id: 3, code: 'ch', websiteId: 2 },
    ],
  });
  call = clientOf(shop);
});
afterEach(async () => {
  await shop.close();
  shop.contract.expectNoViolations();
});

const simple = { sku: 'A-1', name: 'Lamp', price: 9.5, type_id: 'simple', attribute_set_id: 4 };
const create = (product: object, store = 'all') =>
  call<Record<string, unknown>>('POST', `${store}/V1/products`, { product: { ...simple, ...product } });
const put = (sku: string, product: object, store = 'all', more: object = {}) =>
  call<Record<string, unknown>>('PUT', `${store}/V1/products/${encodeURIComponent(sku)}`, { product: { sku, ...product }, ...more });
const custom = (values: Record<string, unknown>) => ({
  custom_attributes: Object.entries(values).map(([attribute_code, value]) => ({ attribute_code, value })),
});

describe('creating a product', () => {
  it('answers the product with what Magento fills in', async () => {
    const { status, body } = await create({});
    expect(status).toBe(200);
    expect(body).toMatchObject({ sku: 'A-1', status: 1, visibility: 4, price: 9.5, extension_attributes: { website_ids: [1, 2] } });
    expect(shop.state.product('A-1')?.values).toMatchObject({ url_key: 'lamp', tax_class_id: '2', options_container: 'container2' });
  });

  it('writes the default values whatever scope it is sent to, and joins that scope’s website', async () => {
    await create({ name: 'Lampe' }, 'ch');
    expect([shop.state.raw('A-1').name, shop.state.raw('A-1', 'ch'), shop.state.product('A-1')?.websiteIds]).toEqual(['Lampe', {}, [2]]);
  });

  it('drops the price where type_id is missing', async () => {
    const { body } = await create({ type_id: undefined });
    expect([body.type_id, body.price]).toEqual(['simple', 0]);
  });

  it('refuses an attribute set that is missing or unknown', async () => {
    const wrong = { message: 'Invalid product data: %1', parameters: ['Invalid attribute set entity type'] };
    expect(await create({ attribute_set_id: undefined })).toEqual({ status: 400, body: wrong });
    expect(await create({ attribute_set_id: 99 })).toEqual({ status: 400, body: wrong });
  });

  it.each([
    ['name', 'Product Name'],
    ['price', 'Price'],
  ])('refuses a missing %s with its label', async (field, label) => {
    expect(await create({ [field]: undefined })).toEqual({
      status: 400,
      body: { message: 'The "%1" attribute value is empty. Set the attribute and try again.', parameters: [label] },
    });
  });

  it('refuses a missing product, a missing SKU and one of more than 64 characters', async () => {
    const free = await startMagento({ contract: false });
    expect((await clientOf(free)('POST', 'all/V1/products', {})).body).toEqual({
      message: '"%fieldName" is required. Enter and try again.',
      parameters: { fieldName: 'product' },
    });
    await free.close();
    expect((await create({ sku: '' })).status).toBe(400);
    expect((await create({ sku: 'x'.repeat(65) })).body).toEqual({
      message: 'SKU length should be %1 characters maximum.',
      parameters: [64],
    });
  });

  it('has no price for a configurable', async () => {
    const { body } = await create({ type_id: 'configurable', price: undefined });
    expect([body.type_id, body.price, shop.state.raw('A-1').price]).toEqual(['configurable', 0, undefined]);
  });

  it('does not put a half-made product anywhere when it is refused', async () => {
    await create({ extension_attributes: { category_links: [{ category_id: '99' }] } });
    expect([shop.state.productCount, (await create({})).status]).toEqual([0, 200]);
  });
});

describe('SKUs', () => {
  it('are told apart without case', async () => {
    await create({});
    const { body } = await create({ sku: 'a-1', name: 'Lamp 2' });
    expect([body.sku, shop.state.productCount, shop.state.product('A-1')?.values.name]).toEqual(['a-1', 1, 'Lamp 2']);
  });

  it('may hold a slash, encoded in the path', async () => {
    await create({ sku: 'A/1 ü' });
    expect(await call('GET', `all/V1/products/${encodeURIComponent('a/1 ü')}`)).toMatchObject({ status: 200, body: { sku: 'A/1 ü' } });
  });

  it('in the path win where product is the only key of the body', async () => {
    await create({});
    const { body } = await put('A-1', { sku: 'B-1', name: 'New' });
    expect([body.sku, shop.state.skus()]).toEqual(['A-1', ['A-1']]);
  });

  it('in the body rename with id and a second key', async () => {
    const { body } = await create({});
    await put('A-1', { id: body.id, sku: 'B-1' }, 'all', { saveOptions: true });
    expect([shop.state.skus(), shop.state.product('B-1')?.id]).toEqual([['B-1'], body.id]);
  });

  it('in the body make a new product with a second key and no id', async () => {
    await create({});
    await put('A-1', { ...simple, sku: 'B-1', name: 'Other' }, 'all', { saveOptions: true });
    expect(shop.state.skus()).toEqual(['A-1', 'B-1']);
  });

  it('of another product refuse a rename', async () => {
    const { body } = await create({});
    await create({ sku: 'B-1', name: 'Other' });
    expect(await put('A-1', { id: body.id, sku: 'b-1' }, 'all', { saveOptions: true })).toEqual({
      status: 400,
      body: { message: 'The value of the "%1" attribute isn\'t unique. Set a unique value and try again.', parameters: ['SKU'] },
    });
  });
});

describe('scopes', () => {
  beforeEach(() => create({}));

  it('all writes the default values, which views without their own show', async () => {
    await put('A-1', { name: 'Lamp II' });
    expect([shop.state.product('A-1', 'de')?.values.name, shop.state.raw('A-1', 'de').name]).toEqual(['Lamp II', undefined]);
  });

  it('a store view keeps its own value and hides later defaults', async () => {
    await put('A-1', { name: 'Lampe' }, 'de');
    await put('A-1', { name: 'Lamp II' });
    const names = ['all', 'default', 'de'].map((store) => shop.state.product('A-1', store)?.values.name);
    expect([names, shop.state.raw('A-1', 'de')]).toEqual([['Lamp II', 'Lamp II', 'Lampe'], { name: 'Lampe' }]);
  });

  it('no store in the URL is the default store view', async () => {
    await call('PUT', 'V1/products/A-1', { product: { sku: 'A-1', name: 'Only default' } });
    expect([shop.state.raw('A-1', 'default').name, shop.state.raw('A-1').name]).toEqual(['Only default', 'Lamp']);
  });

  it('null in a store view lets the default show again', async () => {
    await put('A-1', custom({ description: 'Hell' }), 'de');
    await put('A-1', custom({ description: null }), 'de');
    expect(shop.state.raw('A-1', 'de')).toEqual({});
  });

  it('null is refused for what is required, in a store view too', async () => {
    await put('A-1', { name: 'Lampe' }, 'de');
    expect(await put('A-1', { name: null }, 'de')).toMatchObject({ status: 400, body: { parameters: ['Product Name'] } });
    expect((await put('A-1', { status: null }, 'de')).status).toBe(200);
  });

  it('a value equal to the default stands in the view all the same', async () => {
    await put('A-1', { name: 'Lamp' }, 'de');
    expect(shop.state.raw('A-1', 'de')).toEqual({ name: 'Lamp' });
  });

  it('global attributes are written for all, website ones for the website', async () => {
    await put('A-1', { price: 12, status: 2 }, 'de');
    expect([shop.state.raw('A-1').price, shop.state.raw('A-1', 'de').price]).toEqual(['12.000000', undefined]);
    expect(['default', 'de', 'ch', 'all'].map((store) => shop.state.product('A-1', store)?.values.status)).toEqual(['2', '2', '1', '1']);
  });

  it('an unknown store code matches no route', async () => {
    expect(await call('GET', 'xx/V1/products/A-1')).toEqual({ status: 404, body: { message: 'Request does not match any route.' } });
  });

  it('GET in a view answers inherited values', async () => {
    await put('A-1', { ...custom({ description: 'Bright' }) });
    await put('A-1', { name: 'Lampe' }, 'de');
    const { body } = await call<{ name: string; custom_attributes: unknown }>('GET', 'de/V1/products/A-1');
    expect([body.name, body.custom_attributes]).toEqual([
      'Lampe',
      expect.arrayContaining([{ attribute_code: 'description', value: 'Bright' }]),
    ]);
  });
});

describe('values', () => {
  beforeEach(() => create({}));

  it('that are not named stay as they are', async () => {
    await put('A-1', { weight: 2.5, extension_attributes: { stock_item: { qty: 7, is_in_stock: true } } });
    await put('A-1', { name: 'Lamp II' });
    const product = shop.state.product('A-1');
    expect([product?.values.weight, product?.stock.qty, product?.websiteIds]).toEqual(['2.500000', 7, [1, 2]]);
  });

  it('are kept as columns keep them', async () => {
    await put('A-1', custom({ special_price: 5, news_from_date: '2024-01-31', short_description: '' }));
    expect(shop.state.raw('A-1')).toMatchObject({
      special_price: '5.000000',
      news_from_date: '2024-01-31 00:00:00',
      short_description: '',
    });
    expect((await put('A-1', custom({ meta_title: '' }))).status).toBe(200);
    expect(shop.state.raw('A-1').meta_title).toBeUndefined();
  });

  it('of attributes that are unknown, outside the set or fields of the product are dropped without a word', async () => {
    shop.people.createAttribute({ attribute_code: 'nowhere', frontend_input: 'text', default_frontend_label: 'N' });
    const { status } = await put('A-1', custom({ unheard_of: 'x', nowhere: 'y', name: 'Z' }));
    expect([status, shop.state.raw('A-1')]).toEqual([200, expect.not.objectContaining({ unheard_of: 'x', nowhere: 'y', name: 'Z' })]);
  });

  it('of a select must be an option id', async () => {
    expect(await put('A-1', custom({ color: '4711' }))).toEqual({
      status: 400,
      body: {
        message: 'Invalid value of "%value" provided for the %fieldName field.',
        parameters: { fieldName: 'color', value: '4711' },
      },
    });
    const id = shop.people.addOption('color', { label: 'Red', store_labels: [{ store_id: 2, label: 'Rot' }] });
    await put('A-1', custom({ color: String(id) }));
    expect([shop.state.product('A-1')?.labels.color, shop.state.product('A-1', 'de')?.labels.color]).toEqual(['Red', 'Rot']);
  });

  it('longer than 255 characters do not fit a text column', async () => {
    expect(await put('A-1', { name: 'x'.repeat(256) })).toEqual({
      status: 400,
      body: { message: 'The product was unable to be saved. Please try again.' },
    });
  });

  it('of a date that is none and of a negative price are refused', async () => {
    expect((await put('A-1', custom({ news_from_date: 'soon' }))).body).toEqual({ message: 'Invalid date' });
    expect((await put('A-1', { price: -1 })).body).toEqual({ message: 'Please enter a number 0 or greater in this field.' });
  });

  it('count one write per save, refused ones none', async () => {
    await put('A-1', { name: 'B' });
    await put('A-1', { price: -1 });
    expect(shop.state.writes('a-1')).toBe(2);
  });
});

describe('url keys', () => {
  it('are made from the name and stay when the name changes', async () => {
    await create({ name: 'Große Lampe (rot)' });
    await put('A-1', { name: 'Kleine Lampe' });
    expect(shop.state.raw('A-1').url_key).toBe('grosse-lampe-rot');
  });

  it('conflict within a store view', async () => {
    await create({});
    expect(await create({ sku: 'A-2' })).toEqual({ status: 400, body: { message: 'URL key for specified store already exists.' } });
    expect(shop.state.productCount).toBe(1);
    expect((await create({ sku: 'A-2', ...custom({ url_key: 'lamp-a-2' }) })).status).toBe(200);
    expect((await put('A-2', custom({ url_key: 'Lamp' }), 'de')).status).toBe(400);
  });

  it('do not conflict for products that are not visible, until they become so', async () => {
    await create({});
    expect((await create({ sku: 'A-2', visibility: 1 })).status).toBe(200);
    expect((await put('A-2', { visibility: 4 })).body).toEqual({ message: 'URL key for specified store already exists.' });
  });

  it('conflict with a category of the same path', async () => {
    await call('POST', 'all/V1/categories', { category: { name: 'Lamp', is_active: true } });
    expect((await create({})).status).toBe(400);
  });
});

describe('links', () => {
  it('category_links replace what was there; absent they stay; an unknown category is refused', async () => {
    const [a, b] = ['A', 'B'].map((name) => shop.people.saveCategory({ name })) as [number, number];
    await create({ extension_attributes: { category_links: [{ category_id: String(a), position: 3 }] } });
    await put('A-1', { extension_attributes: { stock_item: { qty: 1 } } });
    expect(shop.state.product('A-1')?.categories).toEqual([a]);
    await put('A-1', { extension_attributes: { category_links: [{ category_id: String(b) }] } });
    expect(shop.state.product('A-1')?.categories).toEqual([b]);
    const links = [{ category_id: '99' }];
    expect((await put('A-1', { extension_attributes: { category_links: links } })).status).toBe(400);
    await put('A-1', { extension_attributes: { category_links: [] } });
    expect(shop.state.product('A-1')?.categories).toEqual([]);
  });

  it('product_links replace those of every type and need the other product', async () => {
    const link = (sku: string, type = 'related') => ({
      sku: 'A-1',
      link_type: type,
      linked_product_sku: sku,
      linked_product_type: 'simple',
      position: 0,
    });
    await create({});
    expect(await put('A-1', { product_links: [link('B-1')] })).toEqual({
      status: 404,
      body: { message: 'The Product with the "%1" SKU doesn\'t exist.', parameters: ['B-1'] },
    });
    await create({ sku: 'B-1', name: 'Other' });
    await put('A-1', { product_links: [link('B-1'), link('B-1', 'upsell')] });
    await put('A-1', { product_links: [link('B-1', 'upsell')] });
    expect(shop.state.product('A-1')?.links).toEqual([{ type: 'upsell', sku: 'B-1', position: 0 }]);
    await call('DELETE', 'all/V1/products/B-1');
    expect(shop.state.product('A-1')?.links).toEqual([]);
  });

  it('website_ids replace and must exist', async () => {
    await create({ extension_attributes: { website_ids: [1] } });
    expect(shop.state.product('A-1')?.websiteIds).toEqual([1]);
    expect((await put('A-1', { extension_attributes: { website_ids: [7] } })).status).toBe(404);
  });
});

describe('reading', () => {
  it('answers 404 for a product that is not there', async () => {
    const body = { message: 'The product with SKU "%1" does not exist.', parameters: ['none'] };
    expect(await call('GET', 'all/V1/products/none')).toEqual({ status: 404, body });
    expect(await call('DELETE', 'all/V1/products/none')).toEqual({ status: 404, body });
  });

  it('searches by groups, pages, sorts and counts', async () => {
    for (const n of [1, 2, 3, 4, 5]) shop.people.saveProduct({ sku: `P-${n}`, name: `Product ${n}`, price: n });
    const skus = async (query: string) => {
      const { body } = await call<{ items: { sku: string }[]; total_count: number }>('GET', `all/V1/products?${query}`);
      return [body.items.map(({ sku }) => sku), body.total_count];
    };
    const filter = (field: string, value: string, type: string, group = 0, index = 0) =>
      `searchCriteria[filterGroups][${group}][filters][${index}][field]=${field}&searchCriteria[filterGroups][${group}][filters][${index}][value]=${encodeURIComponent(value)}&searchCriteria[filterGroups][${group}][filters][${index}][conditionType]=${type}`;
    expect(await skus(where({ sku: 'p-2' }))).toEqual([['P-2'], 1]);
    expect(await skus(filter('sku', 'P-1,P-3,X', 'in'))).toEqual([['P-1', 'P-3'], 2]);
    expect(await skus(filter('name', '%duct 4', 'like'))).toEqual([['P-4'], 1]);
    expect(await skus(`${filter('price', '2', 'gt')}&${filter('price', '5', 'lt', 1)}`)).toEqual([['P-3', 'P-4'], 2]);
    expect(await skus(`${filter('sku', 'P-1', 'eq')}&${filter('sku', 'P-5', 'eq', 0, 1)}`)).toEqual([['P-1', 'P-5'], 2]);
    const page = 'searchCriteria[pageSize]=2&searchCriteria[sortOrders][0][field]=sku&searchCriteria[sortOrders][0][direction]=ASC';
    expect(await skus(`${page}&searchCriteria[currentPage]=2`)).toEqual([['P-3', 'P-4'], 5]);
    expect(await skus(`${page}&searchCriteria[currentPage]=9`)).toEqual([['P-5'], 5]);
  });

  it('needs criteria and attributes that exist', async () => {
    expect((await call('GET', 'all/V1/products')).body).toMatchObject({ parameters: { fieldName: 'searchCriteria' } });
    shop.people.saveProduct({ sku: 'P-1' });
    expect((await call('GET', `all/V1/products?${where({ unheard_of: '1' })}`)).status).toBe(400);
  });
});

describe('the door', () => {
  it('asks for the token', async () => {
    const stranger = clientOf({ url: shop.url, token: 'wrong' });
    expect(await stranger('GET', 'all/V1/products/A-1')).toEqual({
      status: 401,
      body: { message: "The consumer isn't authorized to access %resources.", parameters: { resources: 'Magento_Catalog::products' } },
    });
  });

  it('hands a token to the admin, and to nobody else', async () => {
    const token = await call<string>('POST', 'all/V1/integration/admin/token', { username: 'admin', password: 'admin123' });
    expect((await clientOf({ url: shop.url, token: token.body })('GET', 'V1/store/websites')).status).toBe(200);
    expect((await call('POST', 'all/V1/integration/admin/token', { username: 'admin', password: 'x' })).status).toBe(401);
  });

  it('answers 400 to JSON that is none', async () => {
    const answer = await fetch(`${shop.url}/rest/all/V1/products`, {
      method: 'POST',
      headers: { authorization: `Bearer ${shop.token}`, 'content-type': 'application/json' },
      body: '{"product":',
    });
    expect([answer.status, await answer.json()]).toEqual([400, { message: expect.stringContaining('Decoding error') }]);
  });

  it('lets a fault strike the one product it names', async () => {
    await create({});
    await create({ sku: 'B-1', name: 'Other' });
    shop.faults.add({ match: { item: 'B-1' }, kind: 'status', status: 503, times: Infinity });
    expect([(await put('A-1', { name: 'x' })).status, (await put('B-1', { name: 'y' })).status]).toEqual([200, 503]);
  });
});

describe('single product links', () => {
  it('are added to those there are, listed by type and taken off one by one', async () => {
    await create({});
    for (const sku of ['B-1', 'C-1']) await create({ sku, name: sku });
    const link = (linked: string) => ({
      sku: 'A-1',
      link_type: 'related',
      linked_product_sku: linked,
      linked_product_type: 'simple',
      position: 1,
    });
    await call('POST', 'all/V1/products/A-1/links', { items: [link('B-1')] });
    await call('POST', 'all/V1/products/A-1/links', { items: [link('C-1')] });
    expect((await call('GET', 'all/V1/products/A-1/links/related')).body).toEqual([link('B-1'), link('C-1')]);
    expect((await call('DELETE', 'all/V1/products/A-1/links/related/B-1')).body).toBe(true);
    expect((await call('DELETE', 'all/V1/products/A-1/links/related/B-1')).status).toBe(404);
    expect(shop.state.product('A-1')?.links).toEqual([{ type: 'related', sku: 'C-1', position: 1 }]);
  });
});

describe('a shop of its own process', () => {
  it('listens at the address it sends, and ends with its parent', async () => {
    const forked = await forkStandIn('magento', { token: 'secret', stores: [{ id: 5, code: 'en' }] });
    const { body } = await clientOf({ url: forked.url, token: 'secret' })<{ code: string }[]>('GET', 'V1/store/storeViews');
    expect(body.map(({ code }) => code)).toEqual(['admin', 'default', 'en']);
    await forked.stop();
    expect(() => process.kill(forked.pid, 0)).toThrow('ESRCH');
  });
});
