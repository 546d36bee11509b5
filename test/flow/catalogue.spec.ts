import { startAkeneo, type Akeneo, type Product } from '../kit/akeneo/index.js';
import { compareShops, expectedShop, readCsv, readShop } from '../kit/agreement/index.js';
import { bundledCatalogFolder, readCatalog, type CatalogValues, realCatalogFolder } from '../kit/catalog/index.js';
import { catalogueJourney, type CatalogueJourney } from '../kit/catalogue-journey/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { startMagento, type Magento } from '../kit/magento/index.js';

// A whole catalogue, on a machine that may have much else to do.
jest.setTimeout(120_000);

let test: TestDatabase;
let pim: Akeneo;
let shop: Magento;
let on: CatalogueJourney;

async function open(folder: string, clockOffsetMs = 0): Promise<void> {
  test = await createTestDatabase();
  pim = await startAkeneo({ catalog: await readCatalog(folder), clockOffsetMs });
  shop = await startMagento();
  on = await catalogueJourney({ sql: test.database, pim, shop, leaseMs: 5_000 });
}

async function close(): Promise<void> {
  shop.contract.expectNoViolations();
  await on.close();
  await Promise.all([pim.close(), shop.close()]);
  await test.drop();
}

const writes = () => shop.requests.filter(({ method }) => method !== 'GET');
const skusOf = (requests: readonly { body: unknown }[]) =>
  requests.map(({ body }) => (body as { product?: { sku?: string } } | undefined)?.product?.sku ?? '?').sort();
/** Simple products that are for sale, in the order of their uuids. */
const simple = () => pim.state.sorted.products.filter(({ parent, enabled }) => parent === null && enabled);
/** Another name in the base language, the others as they were. */
const named = (data: string, { values }: { values: CatalogValues }) => {
  const locale = pim.state.catalog.attributes.find(({ code }) => code === 'name')?.localizable ? 'en_US' : null;
  return { name: [...(values.name ?? []).filter((value) => value.locale !== locale), { locale, scope: null, data }] };
};
const rename = (product: Product | undefined, data: string) => product && pim.people.edit(product.identifier, named(data, product));
/** Far enough from the last edit that its second is over. */
const later = (ms = 600_000) => {
  const now = pim.now() + ms;
  pim.setClock(() => now);
};

describe.each([
  ['the real catalogue', realCatalogFolder()],
  ['the bundled catalogue', bundledCatalogFolder()],
])('%s', (_, folder) => {
  beforeAll(() => open(folder));
  afterAll(close);

  it('stands in the shop complete: counts, values of both store views, variants, categories, links, pictures', async () => {
    const results = await on.pass('full');
    expect(results.map(({ state, message }) => [state, message])).toEqual(Array(3).fill(['completed', null]));
    const agreement = compareShops(expectedShop(readCsv(folder)), await readShop(shop.url, shop.token));
    expect(agreement.differences).toEqual([]);
    expect(agreement.products).toBeGreaterThan(200);
    expect(agreement.values).toBeGreaterThan(20 * agreement.products);
  });

  it('was read with one request per 100 records and a constant', () => {
    const records = pim.state.products.size + pim.state.models.size + pim.state.categories.size;
    const reading = pim.requests.count(({ path }) => !path.includes('/media-files/'));
    expect(reading).toBeLessThanOrEqual(Math.ceil(records / 100) + pim.state.catalog.families.length + 25);
  });

  it('is written no second time by a second full pass', async () => {
    later();
    shop.requests.clear();
    const results = await on.pass('full');
    expect(results.map(({ state }) => state)).toEqual(['completed', 'completed', 'completed']);
    expect(writes()).toEqual([]);
  });

  it('sends after 25 edits of simple products those 25 and no more, in a handful of requests to the PIM', async () => {
    later();
    const edited = simple().slice(0, 25);
    for (const product of edited) rename(product, `New ${product.identifier}`);
    later();
    pim.requests.clear();
    shop.requests.clear();
    await on.sync('products-magento', 'delta');
    expect(skusOf(writes())).toEqual(edited.map(({ identifier }) => identifier).sort());
    expect(pim.requests.length).toBeLessThanOrEqual(2);
    expect((await on.agreement()).differences).toEqual([]);
  });
});

describe('a PIM whose clock is three minutes behind', () => {
  beforeAll(() => open(bundledCatalogFolder(), -180_000));
  afterAll(close);

  it('loses no edit: not before the subscription, not during the pass, not right after it', async () => {
    const [first, second, third] = simple();
    rename(first, 'before');
    let edited = false;
    const stop = shop.server.onRequest(() => {
      if (!edited) rename(second, 'during');
      edited = true;
    });
    await on.pass('full');
    stop();
    rename(third, 'after');
    await on.pass('delta');
    expect((await on.agreement()).differences).toEqual([]);
  });
});

describe('what people do in the PIM', () => {
  beforeAll(async () => {
    await open(bundledCatalogFolder());
    await on.pass('full');
  });
  afterAll(close);
  beforeEach(() => later());

  const delta = async () => {
    later();
    shop.requests.clear();
    const results = await on.pass('delta');
    const errors = await test.database.query(`SELECT message FROM sync_error WHERE severity = 'error' OR code = 'partly_written'`);
    expect([results.map(({ state, message }) => message ?? state), errors]).toEqual([Array(3).fill('completed'), []]);
    expect((await on.agreement()).differences).toEqual([]);
  };

  it('disabling and enabling a product', async () => {
    const sku = simple()[0]?.identifier ?? '';
    pim.people.disable(sku);
    await delta();
    expect(shop.state.product(sku)?.values.status).toBe('2');
    later();
    pim.people.enable(sku);
    await delta();
    expect(shop.state.product(sku)?.values.status).toBe('1');
  });

  it('renaming a SKU keeps the product in the shop', async () => {
    const sku = simple()[1]?.identifier ?? '';
    const id = shop.state.product(sku)?.id;
    pim.people.rename(sku, 'renamed-1');
    await delta();
    expect(shop.state.product('renamed-1')?.id).toBe(id);
    expect(shop.state.product(sku)).toBeUndefined();
  });

  it('two products that swap their SKUs', async () => {
    const [a = '', b = ''] = simple()
      .slice(2, 4)
      .map(({ identifier }) => identifier);
    pim.people.rename(a, 'between');
    pim.people.rename(b, a);
    pim.people.rename('between', b);
    await delta();
  });

  it('two variants of two models that swap their SKUs', async () => {
    const variants = [...pim.state.products.values()].filter(({ parent, enabled }) => parent !== null && enabled);
    const rootOf = (product: Product | undefined) => pim.state.ancestors(product ?? { parent: null }).at(-1)?.code;
    const a = variants[0];
    const b = variants.find((product) => rootOf(product) !== rootOf(a));
    const [skuA = '', skuB = ''] = [a?.identifier, b?.identifier];
    pim.people.rename(skuA, 'between');
    pim.people.rename(skuB, skuA);
    pim.people.rename('between', skuB);
    await delta();
    expect([shop.state.product(skuA)?.parents, shop.state.product(skuB)?.parents].map((parents) => parents?.length)).toEqual([1, 1]);
  });

  it('deleting a product and making another one under its SKU', async () => {
    const product = simple()[4];
    if (!product) throw new Error('no product');
    pim.people.remove(product.identifier);
    pim.people.add({ ...product, values: { ...product.values, ...named('the second of that name', product) } });
    await delta();
    await on.pass('sweep');
    expect((await on.agreement()).differences).toEqual([]);
  });

  it('editing a model reaches the configurable and every variant that inherits from it', async () => {
    const model = [...pim.state.models.values()].find(({ code }) => code.startsWith('jacket_') && !code.slice(7).includes('_'));
    pim.people.editModel(model?.code ?? '', {
      features: [{ locale: null, scope: null, data: ['vegan'] }],
      ...named('A new jacket', model ?? { values: {} }),
    });
    await delta();
    expect(writes().length).toBeGreaterThan(8);
  });

  it('a variant that moves to another model leaves the first configurable', async () => {
    const variant =
      pim.people.find('jacket_fjord_forest_xl') ?? [...pim.state.products.values()].find(({ identifier }) => identifier.endsWith('_xl'));
    const from = pim.state.ancestors(variant ?? { parent: null });
    const to = [...pim.state.models.values()].find(({ parent }) => parent !== null && parent !== from[1]?.code);
    pim.people.moveVariant(variant?.identifier ?? '', to?.code ?? '');
    pim.people.edit(variant?.identifier ?? '', { size: [{ locale: null, scope: null, data: 'xl' }] });
    const other = [...pim.state.products.values()].find(
      ({ parent, identifier }) => parent === to?.code && identifier.endsWith('_xl') && identifier !== variant?.identifier,
    );
    if (other) pim.people.disable(other.identifier);
    await delta();
  });

  it('a category that is renamed and moved, and a new one with a product in it', async () => {
    pim.people.editCategory('trekking', { labels: { en_US: 'Long walks', de_DE: 'Lange Wege' }, parent: 'home' });
    pim.people.addCategory({ code: 'new_ones', parent: 'trekking', labels: { en_US: 'New ones', de_DE: 'Neue' } });
    pim.people.setCategories(simple()[5]?.identifier ?? '', ['new_ones', 'outdoor']);
    await delta();
  });

  it('an association that comes and one that goes', async () => {
    const [a, b] = simple().slice(6, 8);
    pim.people.associate(a?.identifier ?? '', {
      X_SELL: { products: [], product_models: [], groups: [] },
      UPSELL: { products: [b?.identifier ?? ''], product_models: [], groups: [] },
    });
    await delta();
  });

  it('emptying a value in one language shows the default again', async () => {
    const product = simple().find(({ values }) => values.description && values.description.some(({ locale }) => locale === 'de_DE'));
    const rest = product?.values.description?.filter(({ locale }) => locale !== 'de_DE') ?? [];
    pim.people.edit(product?.identifier ?? '', { description: rest });
    await delta();
  });

  it('a picture that is exchanged, and one that goes', async () => {
    const [withPicture, another] = simple().filter(({ values }) => values.picture);
    pim.people.edit(withPicture?.identifier ?? '', { picture: another?.values.picture ?? [] });
    pim.people.edit(another?.identifier ?? '', { picture: [] });
    await delta();
    expect(writes().filter(({ path, method }) => path.endsWith('/media') && method === 'POST')).toHaveLength(1);
  });

  it('deleting products is found by a sweep, and by nothing else', async () => {
    const gone = simple()
      .slice(10, 13)
      .map(({ identifier }) => identifier);
    for (const sku of gone) pim.people.remove(sku);
    later();
    shop.requests.clear();
    await on.pass('delta');
    expect(writes()).toEqual([]);
    await on.pass('sweep');
    for (const sku of gone) expect(shop.state.product(sku)?.values.status).toBe('2');
    expect((await on.agreement()).differences).toEqual([]);
  });
});

describe('what people do in the shop', () => {
  beforeAll(() => open(bundledCatalogFolder()));
  afterAll(close);

  it('a product that stood there under its SKU is taken over, with the categories its people chose', async () => {
    const [product] = simple();
    const own = shop.people.saveCategory({ name: 'Sale', parent_id: 2 });
    const id = shop.people.saveProduct({
      sku: product?.identifier.toUpperCase() ?? '',
      name: 'Old',
      price: 3,
      extension_attributes: { category_links: [{ category_id: own, position: 1 }] },
    });
    const results = await on.pass('full');
    expect(results.find(({ pipeline }) => pipeline === 'products-magento')?.counts.documents.adopted).toBe(1);
    const now = shop.state.product(product?.identifier ?? '');
    expect(now?.id).toBe(id);
    expect(now?.categories).toContain(own);
  });

  it('a product deleted there is made again with its next change, in every store view', async () => {
    // One that says something of its own in German.
    const product = simple().find(({ values }) => values.description?.some(({ locale }) => locale === 'de_DE'));
    shop.people.deleteProduct(product?.identifier ?? '');
    later();
    rename(product, 'again');
    later();
    await on.pass('delta');
    const { differences } = await on.agreement();
    expect(differences.filter((one) => one.startsWith(`${product?.identifier}:`))).toEqual([]);
    expect(shop.state.product(product?.identifier ?? '')).toBeDefined();
  });
});
