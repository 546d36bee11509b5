import { hearing, smallJourney, type SmallJourney } from '../kit/small-journey/index.js';

jest.setTimeout(60_000);

let on: SmallJourney;
afterEach(() => on.close());

async function begin(edit?: (text: string) => string): Promise<void> {
  on = await smallJourney(edit);
  const results = await on.pass('full');
  expect(results.map(({ state, message }) => [state, message])).toEqual(results.map(() => ['completed', null]));
  // What one refers to that came only after it.
  await on.pass('delta');
  on.written();
}

const text = (data: string, locale: string | null = null) => [{ locale, scope: null, data }];
const none = { categories: [], groups: [], associations: {} };
const model = (code: string, parent: string | null, familyVariant: string, values: Record<string, ReturnType<typeof text>>) =>
  on.pim.people.addModel({ code, parent, family: 'shirts', familyVariant, categories: [], values, associations: {} });

describe('a family', () => {
  it('that a product changes is its attribute set from the next delta on: what the new one lacks is not shown any more', async () => {
    await begin();
    const before = await on.product('mug');
    expect(before).toMatchObject({ attributeSet: 'mugs', values: { all: { materials: 'Silk | Wool' } } });
    on.pim.people.setFamily('mug', 'shirts');
    await on.pass('delta');
    const all = Object.fromEntries(Object.entries(before?.values.all ?? {}).filter(([code]) => code !== 'materials'));
    expect(await on.product('mug')).toMatchObject({ attributeSet: 'shirts', categories: before?.categories, links: before?.links });
    expect((await on.product('mug'))?.values.all).toEqual(all);
  });

  it('that loses an attribute takes its values out of the shop with the next full pass: no product was edited', async () => {
    await begin();
    expect((await on.product('mug'))?.values.all.materials).toBe('Silk | Wool');
    on.pim.designers.removeFromFamily('mugs', 'materials');
    await on.pass('delta');
    expect(on.written()).toEqual([]);
    await on.pass('full');
    expect(on.written()).toEqual(['mug']);
    expect((await on.product('mug'))?.values.all.materials).toBeUndefined();
  });

  it('that loses an attribute takes them out with the next delta where the pipeline is related to families', async () => {
    await begin(hearing);
    on.pim.designers.removeFromFamily('mugs', 'materials');
    await on.pass('delta');
    expect(on.written()).toEqual(['mug']);
    expect((await on.product('mug'))?.values.all.materials).toBeUndefined();
  });
});

describe('a variant', () => {
  it('that moves to another model leaves the one configurable and stands in the other', async () => {
    await begin();
    expect((await on.product('shirt'))?.children).toEqual(['shirt-red-m']);
    model('Polo', null, 'shirt_color_size', { name: text('Polo', 'en_US') });
    model('polo_red', 'Polo', 'shirt_color_size', { color: text('red') });
    on.pim.people.moveVariant('shirt-red-m', 'polo_red');
    await on.pass('delta');
    expect((await on.product('shirt'))?.children).toEqual([]);
    expect(await on.product('polo')).toMatchObject({ type: 'configurable', children: ['shirt-red-m'], axes: ['color', 'size'] });
    expect((await on.product('shirt-red-m'))?.values.all).toMatchObject({ visibility: '1', color: 'Red', size: 'M' });
  });

  it('is what a product becomes, and a product again: it leaves the catalogue pages, and comes back', async () => {
    await begin();
    on.pim.people.add({
      identifier: 'tee',
      enabled: true,
      parent: null,
      family: 'shirts',
      ...none,
      values: { name: text('Tee', 'en_US'), size: text('s') },
    });
    await on.pass('delta');
    expect((await on.product('tee'))?.values.all.visibility).toBe('4');
    on.pim.people.moveVariant('tee', 'shirt_red');
    await on.pass('delta');
    expect((await on.product('shirt'))?.children).toEqual(['shirt-red-m', 'tee']);
    expect((await on.product('tee'))?.values.all).toMatchObject({ visibility: '1', color: 'Red' });
    on.pim.people.convertToSimple('tee');
    await on.pass('delta');
    expect((await on.product('shirt'))?.children).toEqual(['shirt-red-m']);
    // It keeps what it inherited.
    expect((await on.product('tee'))?.values.all).toMatchObject({ visibility: '4', color: 'Red', size: 'S', name: 'Shirt' });
  });

  it('that differs by other axes from now on hangs on a model of another family variant: Akeneo changes no axes', async () => {
    await begin();
    // Made while the program runs, which has read the family variants at its start.
    on.pim.designers.addFamilyVariant({
      code: 'shirt_size',
      family: 'shirts',
      labels: {},
      levels: [{ axes: ['size'], attributes: ['size', 'sku'] }],
    });
    model('Plain', null, 'shirt_size', { name: text('Plain', 'en_US') });
    on.pim.people.convertToSimple('shirt-red-m');
    on.pim.people.moveVariant('shirt-red-m', 'Plain');
    await on.pass('delta');
    expect(await on.product('plain')).toMatchObject({ children: ['shirt-red-m'], axes: ['size'] });
    expect((await on.product('shirt'))?.children).toEqual([]);
  });
});

describe('an option', () => {
  it('that is relabelled is so in the shop with the next delta where the pipeline is related to options', async () => {
    await begin(hearing);
    on.pim.designers.relabelOption('materials', 'wool', { en_US: 'Virgin wool' });
    await on.pass('delta');
    expect(on.written()).toEqual(['mug']);
    expect((await on.product('mug'))?.values.all.materials).toBe('Silk | Virgin wool');
  });

  it('of which the code is renamed is another one: the old one leaves the product, and the new one comes when it is given to it', async () => {
    await begin(hearing);
    on.pim.designers.addOption('materials', 'new_wool', { en_US: 'Wool' });
    on.pim.designers.removeOption('materials', 'wool');
    await on.pass('delta');
    expect((await on.product('mug'))?.values.all.materials).toBe('Silk');
    on.pim.people.edit('mug', { materials: [{ locale: null, scope: null, data: ['new_wool', 'silk'] }] });
    await on.pass('delta');
    expect((await on.product('mug'))?.values.all.materials).toBe('Silk | Wool');
  });
});

describe('a category', () => {
  it('of which the code is renamed is another one: the old one is switched off, and the product follows with a full pass', async () => {
    await begin();
    expect((await on.product('mug'))?.categories).toEqual(['Master catalogue / Kitchen']);
    on.pim.people.addCategory({ code: 'cuisine', parent: 'Master', labels: { en_US: 'Cuisine' } });
    on.pim.people.removeCategory('kitchen');
    // Akeneo took the product out of the category without an edit of the product.
    await on.pass('delta');
    expect((await on.product('mug'))?.categories).toEqual(['Master catalogue / Kitchen']);
    await on.pass('full');
    expect((await on.product('mug'))?.categories).toEqual([]);
    const active = new Map(on.shop.state.categories().map(({ name, isActive }) => [name, isActive]));
    expect([active.get('Kitchen'), active.get('Cuisine')]).toEqual([false, true]);
    on.pim.people.setCategories('mug', ['cuisine']);
    await on.pass('delta');
    expect((await on.product('mug'))?.categories).toEqual(['Master catalogue / Cuisine']);
  });
});

describe('a locale that is switched off', () => {
  it('takes nothing out of the shop: what is read says so, until the scope is taken out of the file', async () => {
    await begin();
    const before = [await on.product('mug'), await on.product('shirt-red-m')];
    expect(before[1]?.values.de.name).toBe('Hemd');
    on.pim.designers.deactivateLocale('de_DE');
    for (const kind of ['delta', 'full'] as const) {
      const results = await on.pass(kind);
      const products = results.find(({ pipeline }) => pipeline === 'products-magento');
      expect([products?.state, products?.message]).toEqual(['failed', expect.stringContaining('de_DE')]);
    }
    expect([await on.product('mug'), await on.product('shirt-red-m')]).toEqual(before);
    await expect(on.reopen()).rejects.toThrow('the source has no locale de_DE');
    await on.reopen((file) => file.replace(/ {2}- \{ store: de.*\n/, ''));
    await on.pass('delta');
    const [mug, shirt] = [await on.product('mug'), await on.product('shirt-red-m')];
    // The German store view shows what the default shows.
    expect([mug?.values.all, shirt?.values.all]).toEqual(before.map((one) => one?.values.all));
    // The German labels of options are the attribute's, and stay.
    expect(shirt?.values.de).toEqual({ ...shirt?.values.all, color: 'Rot' });
  });
});

describe('a channel that is removed', () => {
  it('takes nothing out of the shop: what is read says so', async () => {
    await begin();
    const before = [await on.product('mug'), await on.product('shirt-red-m')];
    on.pim.designers.removeChannel('shop');
    for (const kind of ['delta', 'full'] as const) {
      const results = await on.pass(kind);
      expect(results.filter(({ state }) => state === 'failed').map(({ pipeline }) => pipeline)).toEqual([
        'product-models-magento',
        'products-magento',
      ]);
    }
    expect([await on.product('mug'), await on.product('shirt-red-m')]).toEqual(before);
    await expect(on.reopen()).rejects.toThrow('the source has no channel shop');
    await on.reopen((file) => file.replace('channel: shop', 'channel: print').replace(/ {2}- \{ store: de.*\n/, ''));
  });
});
