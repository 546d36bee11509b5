import type { ProvisionPlan, WantedAttribute } from '../../contract/index.js';
import { magento2 } from './index.js';
import { magentoScene, type MagentoScene } from '../../../../test/kit/magento-target/index.js';

let on: MagentoScene;
beforeEach(async () => {
  on = await magentoScene();
});
afterEach(() => on.close());

const wanted = (code: string, more: Partial<WantedAttribute> = {}): WantedAttribute => ({
  ...{ field: `custom_attributes.${code}`, kind: 'text', labels: { all: `Label of ${code}` }, perStore: false, axis: false, groups: null },
  ...more,
});
const plan = (attributes: readonly WantedAttribute[], ...groups: string[]): ProvisionPlan => ({ resource: 'product', attributes, groups });
const provide = (wish: ProvisionPlan) => on.target.provision(wish, new AbortController().signal);
const writes = () => on.shop.requests.count(({ method }) => method !== 'GET');
const sets = () => on.shop.state.attributeSets();

describe('making a shop ready', () => {
  it('makes attributes of every kind, with labels by store view', async () => {
    const kinds = ['text', 'textarea', 'number', 'boolean', 'date', 'option', 'options', 'price'] as const;
    await provide(plan(kinds.map((kind) => wanted(`a_${kind}`, { kind, labels: { all: 'Width', de: 'Breite', fr: 'Largeur' } }))));
    expect(kinds.map((kind) => on.shop.state.attribute(`a_${kind}`)?.input)).toEqual([
      ...['text', 'textarea', 'text', 'boolean', 'date', 'select', 'multiselect', 'price'],
    ]);
    expect(on.shop.state.attribute('a_text')).toMatchObject({ label: 'Width', labels: new Map([[2, 'Breite']]) });
  });

  it('lets a value differ by store view, but not that of an axis', async () => {
    await provide(plan([wanted('a', { perStore: true }), wanted('b'), wanted('c', { kind: 'option', perStore: true, axis: true })]));
    expect(['a', 'b', 'c'].map((code) => on.shop.state.attribute(code)?.scope)).toEqual(['store', 'global', 'global']);
  });

  it('makes a set for every family, with the attributes of that family; the default set has them all', async () => {
    await provide(plan([wanted('legs', { groups: ['chairs'] }), wanted('watts', { groups: ['lamps'] }), wanted('ean')], 'chairs', 'lamps'));
    const has = (name: string) => ['legs', 'watts', 'ean'].filter((code) => sets()[name]?.includes(code));
    expect([has('chairs'), has('lamps'), has('Default')]).toEqual([
      ['legs', 'ean'],
      ['watts', 'ean'],
      ['legs', 'watts', 'ean'],
    ]);
  });

  it('writes nothing the second time, and says so', async () => {
    const wish = plan([wanted('legs', { groups: ['chairs'] }), wanted('ean')], 'chairs');
    expect((await provide(wish)).created).toEqual(expect.arrayContaining(['attribute legs', 'attribute ean', 'attribute set chairs']));
    on.shop.requests.clear();
    expect([(await provide(wish)).created, writes()]).toEqual([[], 0]);
  });

  it('leaves what people made as it is, and uses it', async () => {
    on.shop.people.createAttribute({
      attribute_code: 'ean',
      frontend_input: 'textarea',
      default_frontend_label: 'Theirs',
      scope: 'website',
    });
    on.shop.people.createAttributeSet('Chairs');
    await provide(plan([wanted('ean')], 'chairs'));
    expect(on.shop.state.attribute('ean')).toMatchObject({ input: 'textarea', label: 'Theirs', scope: 'website' });
    expect(Object.keys(sets())).toEqual(['Default', 'Chairs']);
    expect(sets().Chairs).toContain('ean');
  });

  it('warns of an attribute of the shop that has no options although some are needed', async () => {
    const warnings: unknown[] = [];
    const log = { debug: () => undefined, info: () => undefined, warn: (_: string, data: unknown) => void warnings.push(data) };
    const target = await magento2.open({ url: on.shop.url, token: on.shop.token }, { connection: 'shop', log });
    on.shop.people.createAttribute({ attribute_code: 'tone', frontend_input: 'text', default_frontend_label: 'Tone' });
    await target.provision?.(plan([wanted('tone', { kind: 'option' }), wanted('ean')]), new AbortController().signal);
    expect(warnings).toEqual([{ attribute: 'tone', input: 'text', needed: 'select' }]);
    await target.close?.();
  });

  it.each([
    ['an attribute', /\/products\/attributes$/],
    ['a set', /\/attribute-sets$/],
    ['a group', /\/attribute-sets\/groups$/],
    ['an assignment', /\/attribute-sets\/attributes$/],
  ])('goes on where the answer about %s was lost, and makes nothing twice', async (_, path) => {
    const wish = plan([wanted('legs', { groups: ['chairs'] })], 'chairs');
    on.shop.faults.add({ kind: 'lost-after', match: { method: 'POST', path } });
    await expect(provide(wish)).rejects.toHaveProperty('code', 'unavailable');
    await provide(wish);
    expect(on.shop.state.attributeCodes().filter((code) => code === 'legs')).toHaveLength(1);
    expect(Object.keys(sets())).toEqual(['Default', 'chairs']);
    expect([sets().chairs?.includes('legs'), sets().Default?.includes('legs')]).toEqual([true, true]);
  });
});
