import {
  asset,
  configurable,
  kinds,
  magentoScene,
  option,
  png,
  ref,
  simple,
  type MagentoScene,
} from '../../../../test/kit/magento-target/index.js';

let on: MagentoScene;
beforeEach(async () => {
  on = await magentoScene();
  await on.write(on.want('products/a', simple('a')), on.want('products/b', simple('b')));
  on.shop.requests.clear();
});
afterEach(() => on.close());

const stands = (sku: string) => on.shop.state.product(sku);
const down = (operation: 'delete' | 'disable' | 'archive', ...names: ('products/a' | 'products/b')[]) =>
  on.write(...names.map((name) => on.down(name, operation)));
const writes = () => on.shop.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);

describe('a product that is taken down', () => {
  it('is disabled, or archived: hidden as well; and keeps everything else', async () => {
    on.files.set('front', png(1));
    const document = simple('a', { media: [asset('front')], 'custom_attributes.description': 'long' });
    await on.write(on.want('products/a', document));
    await down('disable', 'products/a');
    await down('archive', 'products/b');
    expect(stands('a')).toMatchObject({ values: { status: '2', visibility: '4', description: 'long', price: '10.000000' }, media: [{}] });
    expect(stands('b')).toMatchObject({ values: { status: '2', visibility: '1' } });
  });

  it('is deleted where that is wanted', async () => {
    expect(await down('delete', 'products/a')).toMatchObject([{ kind: 'written', targetId: null }]);
    expect(on.shop.state.skus()).toEqual(['b']);
  });

  it('comes back under its id when it was disabled, with what it had been given', async () => {
    const id = stands('a')?.id;
    await down('disable', 'products/a');
    expect(kinds(await on.write(on.want('products/a', simple('a', { price: 12 }))))).toEqual(['written']);
    expect(stands('a')).toMatchObject({ id, values: { status: '1', visibility: '4', price: '12.000000' } });
  });

  it('comes back as a new one when it was deleted', async () => {
    await down('delete', 'products/a');
    on.ids.delete('products/a');
    expect(await on.write(on.want('products/a', simple('a')))).toMatchObject([{ kind: 'written', created: true }]);
    expect(on.shop.state.productCount).toBe(2);
  });

  it.each(['delete', 'disable', 'archive'] as const)(
    'and is gone already is down (%s): nothing is written, nothing is made',
    async (operation) => {
      for (const sku of ['a', 'b']) on.shop.people.deleteProduct(sku);
      expect(kinds(await down(operation, 'products/a', 'products/b'))).toEqual(['written', 'written']);
      expect([on.shop.state.productCount, writes()]).toEqual([0, []]);
    },
  );

  it.each(['delete', 'disable', 'archive'] as const)(
    'whose SKU is another product by now leaves that one alone (%s)',
    async (operation) => {
      on.shop.people.deleteProduct('a');
      const reborn = on.shop.people.saveProduct({ sku: 'a', name: 'Reborn' });
      expect(kinds(await down(operation, 'products/a'))).toEqual(['written']);
      expect(stands('a')).toMatchObject({ id: reborn, values: { name: 'Reborn', status: '1', visibility: '4' } });
    },
  );

  it.each(['delete', 'disable'] as const)('that people renamed is found by its id (%s)', async (operation) => {
    const id = stands('a')?.id ?? 0;
    on.shop.people.saveProduct({ id, sku: 'renamed' });
    const other = on.shop.people.saveProduct({ sku: 'a', name: 'Another' });
    expect(kinds(await down(operation, 'products/a'))).toEqual(['written']);
    expect([stands('renamed')?.values.status, stands('a')?.id]).toEqual([operation === 'delete' ? undefined : '2', other]);
  });

  it('of which only the SKU is known is found by that', async () => {
    on.ids.delete('products/a');
    await on.write({ ...on.down('products/a', 'delete'), address: 'a' });
    expect(on.shop.state.skus()).toEqual(['b']);
  });

  it('of which nothing is known is down', async () => {
    expect(await on.write(on.down('products/never', 'delete'))).toMatchObject([{ kind: 'written', targetId: null }]);
    expect(on.shop.requests.length).toBe(0);
  });

  it('is looked up with one request for 100', async () => {
    const names = Array.from({ length: 100 }, (_, n) => `products/p${n}` as const);
    await on.write(...names.map((name) => on.want(name, simple(name.slice(9)))));
    on.shop.requests.clear();
    await on.write(...names.map((name) => on.down(name, 'delete')));
    expect([on.shop.requests.count(({ method }) => method === 'GET'), on.shop.state.productCount]).toEqual([1, 2]);
  });

  it('leaves its neighbours as they are where one of them is refused', async () => {
    on.shop.faults.add({
      kind: 'status',
      status: 400,
      body: { message: 'The product couldn’t be removed.' },
      match: { method: 'DELETE', path: /\/a$/ },
    });
    expect(kinds(await down('delete', 'products/a', 'products/b'))).toEqual(['rejected', 'written']);
    expect(on.shop.state.skus()).toEqual(['a']);
  });

  it('is not taken for gone by an answer that is not Magento’s', async () => {
    for (const [status, body] of [
      [404, '<html>Not Found</html>'],
      [404, { message: 'Request does not match any route.' }],
      [200, {}],
    ] as const) {
      on.shop.faults.add({ kind: 'status', status, body, match: { method: 'DELETE' } });
      expect([status, ...kinds(await down('delete', 'products/a'))]).toEqual([status, 'unknown']);
    }
    expect(stands('a')).toBeDefined();
  });
});

describe('a store view that is taken down', () => {
  it('shows the default values again; the product stays for sale', async () => {
    await on.write(on.want('products/a@de', { name: 'Stuhl', visibility: 1, 'custom_attributes.description': 'lang' }));
    expect(kinds(await on.write(on.down('products/a@de', 'disable')))).toEqual(['written']);
    expect(stands('a')?.values.status).toBe('1');
    expect(on.shop.state.product('a', 'de')?.values).toMatchObject({ name: 'Name of a', visibility: '4' });
    expect(on.shop.state.raw('a', 'de').description).toBeUndefined();
  });
});

describe('a configurable that is taken down', () => {
  const variant = (sku: string) =>
    simple(sku, {
      'custom_attributes.color': option('color', sku),
      configurable: { parent: ref('models', 'm', 'strong'), axes: ['color'] },
    });
  beforeEach(async () => {
    await on.write(on.want('models/m', configurable('m')));
    await on.write(on.want('products/r', variant('r')), on.want('products/g', variant('g')));
  });

  it('keeps its variants while it is disabled, and leaves them behind when it is deleted', async () => {
    await on.write(on.down('models/m', 'disable'));
    expect(stands('m')).toMatchObject({ children: ['r', 'g'], values: { status: '2' } });
    await on.write(on.down('models/m', 'delete'));
    expect([stands('m'), stands('r')?.values.status]).toEqual([undefined, '1']);
  });

  it('together with its variants is down in any order', async () => {
    expect(kinds(await on.write(on.down('models/m', 'delete'), on.down('products/r', 'disable'), on.down('products/g', 'delete')))).toEqual(
      Array(3).fill('written'),
    );
    expect([stands('m'), stands('g'), stands('r')?.values.status]).toEqual([undefined, undefined, '2']);
  });
});
