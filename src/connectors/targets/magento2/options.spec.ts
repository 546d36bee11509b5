import type { JsonObject } from '../../contract/index.js';
import { kinds, magentoScene, option, simple, type MagentoScene } from '../../../../test/kit/magento-target/index.js';

let on: MagentoScene;
beforeEach(async () => {
  on = await magentoScene();
});
afterEach(() => on.close());

const colored = (sku: string, label: string, labels: Record<string, string> = {}) =>
  on.want(`products/${sku}`, simple(sku, { 'custom_attributes.color': option('color', label, labels) }));
const labels = (store = 'all', code = 'color') => on.shop.state.options(code, store).map(({ label }) => label);
const colorOf = (sku: string, store = 'all') => on.shop.state.product(sku, store)?.labels.color;
const creations = (code = 'color') =>
  on.shop.requests.count(({ method, path }) => method === 'POST' && path.endsWith(`/attributes/${code}/options`));
const lost = { method: 'POST', path: /\/options$/ };

describe('an option', () => {
  it('is made once, however many products of a batch ask for it', async () => {
    const outcomes = await on.write(...Array.from({ length: 20 }, (_, n) => colored(`p${n}`, n % 2 === 0 ? 'Red' : 'Blue')));
    expect(new Set(kinds(outcomes))).toEqual(new Set(['written']));
    expect([[...labels()].sort(), creations()]).toEqual([['Blue', 'Red'], 2]);
    expect([colorOf('p0'), colorOf('p1'), colorOf('p18')]).toEqual(['Red', 'Blue', 'Red']);
  });

  it('is made once by writes that run at the same time', async () => {
    on.shop.faults.add({ kind: 'delay', delayMs: 5, times: Infinity });
    await Promise.all(Array.from({ length: 5 }, (_, batch) => on.write(...[0, 1, 2].map((n) => colored(`p${batch}${n}`, `Tone ${n}`)))));
    expect([labels().length, creations()]).toEqual([3, 3]);
  });

  it('that stands there is used, and nothing is made', async () => {
    on.shop.people.addOption('color', { label: 'Red' });
    await on.write(colored('a', 'Red'));
    expect([colorOf('a'), creations()]).toEqual(['Red', 0]);
  });

  it('is the same whatever the case of its label, and the blanks around it', async () => {
    on.shop.people.addOption('color', { label: 'DARK red' });
    expect(kinds(await on.write(colored('a', 'Dark Red'), colored('b', ' dark RED '), colored('c', 'Grün'), colored('d', 'GRÜN')))).toEqual(
      Array(4).fill('written'),
    );
    expect([labels(), creations()]).toEqual([['DARK red', 'Grün'], 1]);
  });

  it('has its labels in the store views, and leaves out those that the shop does not have', async () => {
    await on.write(colored('a', 'Red', { de: 'Rot', fr: 'Rouge' }));
    expect([labels(), labels('de'), labels('default')]).toEqual([['Red'], ['Rot'], ['Red']]);
    expect(colorOf('a', 'de')).toBe('Rot');
  });

  it('with a number for a label is no other option that has this number for an id', async () => {
    const id = on.shop.people.addOption('color', { label: 'Red' });
    await on.write(colored('a', String(id)));
    expect([colorOf('a'), labels()]).toEqual([String(id), ['Red', String(id)]]);
  });

  it('that was made by somebody else between the look and the creation is taken', async () => {
    const stop = on.shop.server.onRequest(({ method, path }) => {
      if (method === 'POST' && path.endsWith('/options')) on.shop.people.addOption('color', { label: 'RED' });
    });
    expect(kinds(await on.write(colored('a', 'Red')))).toEqual(['written']);
    stop();
    expect([labels(), colorOf('a')]).toEqual([['RED'], 'RED']);
  });

  it.each(['lost-after', 'lost-before', 'half'] as const)(
    'whose creation was not answered (%s) is looked for before it is made again',
    async (kind) => {
      on.shop.faults.add({ kind, match: lost });
      const [first] = await on.write(colored('a', 'Red'));
      expect(['unknown', 'retry']).toContain(first?.kind);
      expect(on.shop.state.product('a')).toBeUndefined();
      on.shop.requests.clear();
      expect(kinds(await on.write(colored('a', 'Red')))).toEqual(['written']);
      expect([labels(), colorOf('a'), creations()]).toEqual([['Red'], 'Red', kind === 'lost-before' ? 1 : 0]);
    },
  );

  it('whose creation was not answered is found by the next product of the same batch', async () => {
    on.shop.faults.add({ kind: 'lost-after', match: lost });
    const outcomes = await on.write(colored('a', 'Red'), colored('b', 'Red'), colored('c', 'Red'));
    expect(outcomes.filter(({ kind }) => kind === 'written').length).toBeGreaterThanOrEqual(2);
    expect([labels(), creations()]).toEqual([['Red'], 1]);
  });

  it('that the shop could not make for a failure of its own is made by the next sending', async () => {
    on.shop.faults.add({ kind: 'status', status: 500, body: { message: 'Internal Error' }, match: lost });
    expect(kinds(await on.write(colored('a', 'Red')))).not.toContain('rejected');
    expect(kinds(await on.write(colored('a', 'Red')))).toEqual(['written']);
  });

  it('that people deleted is made again for whoever wants it', async () => {
    await on.write(colored('a', 'Red'));
    on.shop.people.removeOption('color', 'Red');
    expect(kinds(await on.write(colored('b', 'Red')))).toEqual(['written']);
    expect([labels(), colorOf('b')]).toEqual([['Red'], 'Red']);
  });

  it('of an attribute that the shop does not have, or without options, is refused for that product with the field', async () => {
    const made = (sku: string, code: string): ReturnType<typeof colored> =>
      on.want(`products/${sku}`, simple(sku, { [`custom_attributes.${code}`]: option(code, 'Red') }));
    const outcomes = await on.write(made('a', 'none'), made('b', 'meta_title'), colored('c', 'Red'));
    expect(outcomes).toMatchObject([
      { kind: 'rejected', field: 'custom_attributes.none' },
      { kind: 'rejected', field: 'custom_attributes.meta_title' },
      { kind: 'written' },
    ]);
  });
});

describe('options of several values', () => {
  beforeEach(() => on.provide({ features: { kind: 'options' } }));
  const featured = (...wanted: string[]): JsonObject =>
    simple('a', { 'custom_attributes.features': wanted.map((label) => option('features', label)) });
  const features = () => on.shop.state.product('a')?.labels.features;

  it('are made once each and follow the document', async () => {
    await on.write(on.want('products/a', featured('Light', 'Foldable', 'LIGHT')));
    expect(features()).toEqual(['Light', 'Foldable']);
    await on.write(on.want('products/a', featured('Foldable')));
    expect([features(), labels('all', 'features')]).toEqual([['Foldable'], ['Light', 'Foldable']]);
    await on.write(on.want('products/a', simple('a')));
    expect(features()).toBeUndefined();
  });
});

describe('an option that people made', () => {
  it('keeps the labels they gave it: saving it anew would reset its place among the others', async () => {
    on.shop.people.addOption('color', { label: 'Red', store_labels: [{ store_id: 2, label: 'Karmin' }] });
    await on.write(colored('a', 'Red', { de: 'Rot' }));
    expect([labels(), labels('de')]).toEqual([['Red'], ['Karmin']]);
  });
});
