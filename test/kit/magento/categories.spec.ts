import { clientOf, where } from './client.js';
import type { Magento } from './index.js';
import { startMagento } from './index.js';

let shop: Magento;
let call: ReturnType<typeof clientOf>;

beforeEach(async () => {
  shop = await startMagento();
  call = clientOf(shop);
});
afterEach(async () => {
  await shop.close();
  shop.contract.expectNoViolations();
});

type Answer = { id: number; path: string; level: number; name: string; custom_attributes: { attribute_code: string; value: unknown }[] };
const create = (name: string, fields: object = {}, store = 'all') =>
  call<Answer>('POST', `${store}/V1/categories`, { category: { name, is_active: true, ...fields } });
const put = (id: number, fields: object, store = 'all') => call<Answer>('PUT', `${store}/V1/categories/${id}`, { category: fields });
const urlKey = (value: string | null) => ({ custom_attributes: [{ attribute_code: 'url_key', value }] });

describe('categories', () => {
  it('stand below the root category (2) unless they name a parent', async () => {
    const { body: top } = await create('Furniture');
    const { body: child } = await create('Chairs', { parent_id: top.id });
    expect([top.path, top.level, child.path, child.level]).toEqual([`1/2/${top.id}`, 2, `1/2/${top.id}/${child.id}`, 3]);
    expect(shop.state.category(child.id)?.names).toEqual(['Furniture', 'Chairs']);
  });

  it('refuse a parent that is not there and a missing name', async () => {
    expect(await create('Chairs', { parent_id: 99 })).toEqual({
      status: 404,
      body: { message: 'No such entity with %fieldName = %fieldValue', parameters: { fieldName: 'id', fieldValue: 99 } },
    });
    expect(await call('POST', 'all/V1/categories', { category: { is_active: true } })).toEqual({
      status: 400,
      body: {
        message: 'Could not save category: %1',
        parameters: ['The "Category Name" attribute value is empty. Set the attribute and try again.'],
      },
    });
  });

  it('have their own names in a view, defaults elsewhere, and inherit again after null', async () => {
    const { body } = await create('Chairs');
    await put(body.id, { name: 'Stühle' }, 'de');
    expect([shop.state.category(body.id, 'de')?.name, shop.state.category(body.id, 'default')?.name]).toEqual(['Stühle', 'Chairs']);
    await put(body.id, { is_active: false }, 'de');
    await put(body.id, { is_active: null }, 'de');
    expect(shop.state.rawCategory(body.id, 'de')).toEqual({ name: 'Stühle' });
    expect((await put(body.id, { name: null }, 'de')).status).toBe(400);
  });

  it('are made for all stores, whatever scope they are sent to', async () => {
    const { body } = await create('Stühle', {}, 'de');
    expect([shop.state.category(body.id)?.name, shop.state.rawCategory(body.id, 'de')]).toEqual(['Stühle', {}]);
  });

  it('with one url_key cannot stand under one parent, but under two', async () => {
    const { body: a } = await create('Sale');
    expect(await create('Sale!')).toEqual({
      status: 400,
      body: { message: 'Could not save category: %1', parameters: ['URL key for specified store already exists.'] },
    });
    const { body: below } = await create('Sale', { parent_id: a.id });
    expect(below.custom_attributes).toContainEqual({ attribute_code: 'url_key', value: 'sale' });
    expect((await create('Sale!', urlKey('sale-2'))).status).toBe(200);
  });

  it('do not move by parent_id in a PUT, but by move, which keeps order and refuses a circle', async () => {
    const [a, b, c] = [(await create('A')).body.id, (await create('B')).body.id, (await create('C')).body.id];
    await put(c, { name: 'C', parent_id: a });
    expect(shop.state.category(c)?.parentId).toBe(2);
    expect((await call('PUT', `all/V1/categories/${c}/move`, { parentId: 2, afterId: a })).body).toBe(true);
    expect([...shop.state.categories()].sort((x, y) => x.position - y.position).map(({ id }) => id)).toEqual([a, c, b]);
    await call('PUT', `all/V1/categories/${c}/move`, { parentId: a });
    expect(shop.state.category(c)?.path).toBe(`1/2/${a}/${c}`);
    expect((await call('PUT', `all/V1/categories/${a}/move`, { parentId: c })).status).toBe(400);
  });

  it('go with everything below them and leave their products', async () => {
    const { body: top } = await create('Furniture');
    const { body: child } = await create('Chairs', { parent_id: top.id });
    shop.people.saveProduct({ sku: 'A-1', extension_attributes: { category_links: [{ category_id: child.id }] } });
    expect((await call('DELETE', `all/V1/categories/${top.id}`)).body).toBe(true);
    expect([shop.state.categories(), shop.state.product('A-1')?.categories]).toEqual([[], []]);
    expect((await create('Furniture')).status).toBe(200);
    expect((await call('DELETE', 'all/V1/categories/2')).status).toBe(400);
  });

  it('are listed by criteria and as a tree', async () => {
    const { body: top } = await create('Furniture');
    await create('Chairs', { parent_id: top.id });
    const list = await call<{ items: Answer[] }>('GET', `all/V1/categories/list?${where({ parent_id: String(top.id), name: 'chairs' })}`);
    expect(list.body.items.map(({ name }) => name)).toEqual(['Chairs']);
    expect((await call('GET', 'V1/categories')).body).toMatchObject({
      id: 2,
      children_data: [{ name: 'Furniture', children_data: [{ name: 'Chairs' }] }],
    });
    expect((await call('GET', 'all/V1/categories?depth=1')).body).toMatchObject({ id: 1, children_data: [{ id: 2, children_data: [] }] });
  });

  it('take and lose single products', async () => {
    const { body } = await create('Chairs');
    shop.people.saveProduct({ sku: 'A-1' });
    const link = { productLink: { sku: 'A-1', position: 5, category_id: String(body.id) } };
    await call('POST', `all/V1/categories/${body.id}/products`, link);
    expect((await call('GET', `all/V1/categories/${body.id}/products`)).body).toEqual([link.productLink]);
    expect((await call('DELETE', `all/V1/categories/${body.id}/products/A-1`)).body).toBe(true);
    expect(shop.state.product('A-1')?.categories).toEqual([]);
  });
});
