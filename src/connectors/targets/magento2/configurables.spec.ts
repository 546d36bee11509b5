import type { JsonObject } from '../../contract/index.js';
import {
  configurable,
  kinds,
  magentoScene,
  option,
  ref,
  simple,
  type MagentoScene,
  type Name,
} from '../../../../test/kit/magento-target/index.js';

let on: MagentoScene;
beforeEach(async () => {
  on = await magentoScene();
  await on.provide({ size: { kind: 'option', axis: true }, outdoor: { kind: 'option', axis: true } });
});
afterEach(() => on.close());

const axis = (code: string, label: string): JsonObject => ({ [`custom_attributes.${code}`]: option(code, label) });
/** A variant of `parent` that differs from others in the values named here. */
const variant = (sku: string, parent: string, values: Record<string, string>, more: JsonObject = {}) =>
  simple(sku, {
    visibility: 1,
    ...Object.assign({}, ...Object.entries(values).map(([code, label]) => axis(code, label))),
    configurable: { parent: ref('models', parent, 'strong'), axes: Object.keys(values) },
    ...more,
  });
const model = (code: string) => on.want(`models/${code}`, configurable(code));
const red = (sku: string, parent: string) => variant(sku, parent, { color: 'Red' });
const blue = (sku: string, parent: string) => variant(sku, parent, { color: 'Blue' });
const want = (sku: string, fields: JsonObject) => on.want(`products/${sku}`, fields);
const children = (sku: string) => [...(on.shop.state.product(sku)?.children ?? [])].sort();
const axes = (sku: string) => on.shop.state.product(sku)?.axes;
const requests = (method: string, path: RegExp) => on.shop.requests.filter((one) => one.method === method && path.test(one.path));

describe('variants', () => {
  it('are linked after they were written, with their options, by one request', async () => {
    await on.write(model('m'));
    on.shop.requests.clear();
    expect(kinds(await on.write(want('r', red('r', 'm')), want('b', blue('b', 'm'))))).toEqual(['written', 'written']);
    expect([children('m'), axes('m')]).toEqual([['b', 'r'], ['color']]);
    const writes = on.shop.requests.filter(({ method, path }) => method !== 'GET' && path.includes('/products'));
    expect(writes.map(({ method, path }) => `${method} ${path}`).filter((line) => !line.includes('/options'))).toEqual([
      'POST /rest/all/V1/products',
      'POST /rest/all/V1/products',
      'PUT /rest/all/V1/products/m',
    ]);
  });

  it('differ by select, metric and truth value alike: by the label that says it', async () => {
    await on.write(model('m'));
    const values = [
      { color: 'Red', size: '32 in', outdoor: 'Yes' },
      { color: 'Red', size: '32 in', outdoor: 'No' },
      { color: 'Red', size: '42 in', outdoor: 'Yes' },
    ];
    const outcomes = await on.write(...values.map((value, n) => want(`v${n}`, variant(`v${n}`, 'm', value))));
    expect(kinds(outcomes)).toEqual(['written', 'written', 'written']);
    expect([children('m'), axes('m')]).toEqual([
      ['v0', 'v1', 'v2'],
      ['color', 'size', 'outdoor'],
    ]);
    expect(on.shop.state.product('v1')?.labels).toMatchObject({ size: '32 in', outdoor: 'No' });
  });

  it('that come later join those that are there', async () => {
    await on.write(model('m'));
    await on.write(want('r', red('r', 'm')));
    await on.write(want('b', blue('b', 'm')));
    expect(children('m')).toEqual(['b', 'r']);
  });

  it('of one configurable that come in two batches at once are all linked', async () => {
    await on.write(model('m'));
    const batch = (n: number) => [1, 2, 3].map((i) => want(`v${n}${i}`, variant(`v${n}${i}`, 'm', { size: `${n}${i}` })));
    // Long enough that each would read the list before another one has saved it.
    on.shop.faults.add({ kind: 'delay', delayMs: 30, match: { method: 'PUT' }, times: Infinity });
    await Promise.all([1, 2, 3].map((n) => on.write(...batch(n))));
    expect(children('m')).toHaveLength(9);
  });

  it('that stand as they should cost no request', async () => {
    await on.write(model('m'));
    await on.write(want('r', red('r', 'm')));
    on.shop.requests.clear();
    await on.write(want('r', { ...red('r', 'm'), price: 12 }));
    expect(requests('PUT', /./)).toEqual([]);
    expect(requests('GET', /./)).toEqual([]);
  });

  it('sent twice are one link', async () => {
    await on.write(model('m'));
    await on.write(want('r', red('r', 'm')));
    on.doubt('products/r');
    on.shop.requests.clear();
    await on.write(want('r', red('r', 'm')));
    expect(requests('PUT', /./)).toEqual([]);
    on.doubt('products/r');
    await on.write(want('r', red('r', 'm')), want('r', red('r', 'm')));
    expect(on.shop.state.configurable('m')?.children).toEqual(['r']);
  });

  it('of a configurable whose SKU holds a slash are linked to it', async () => {
    await on.write(on.want('models/m', configurable('a/b 1', { 'custom_attributes.url_key': 'ab1' })));
    expect(kinds(await on.write(want('r', red('r/1', 'm'))))).toEqual(['written']);
    expect(children('a/b 1')).toEqual(['r/1']);
    await on.write(on.down('products/r', 'disable'));
    expect(children('a/b 1')).toEqual([]);
  });

  it('change the value they differ in', async () => {
    await on.write(model('m'));
    await on.write(want('r', red('r', 'm')), want('b', blue('b', 'm')));
    await on.write(want('r', variant('r', 'm', { color: 'Green' })));
    expect([children('m'), on.shop.state.product('r')?.labels.color]).toEqual([['b', 'r'], 'Green']);
    const [offered] = (on.shop.state.configurable('m')?.options ?? []) as { values: unknown[] }[];
    expect(offered?.values).toHaveLength(3);
  });

  it('without a value for an axis are not linked, and said to be written in part', async () => {
    await on.write(model('m'));
    const lacking = simple('x', { configurable: { parent: ref('models', 'm', 'strong'), axes: ['color'] } });
    const outcomes = await on.write(want('x', lacking), want('r', red('r', 'm')));
    expect(outcomes).toMatchObject([
      { kind: 'unknown', code: 'partly_written', message: expect.stringContaining('color') },
      { kind: 'written' },
    ]);
    expect(children('m')).toEqual(['r']);
  });

  it('of one combination are told apart: the first is linked, the second is not', async () => {
    await on.write(model('m'));
    const outcomes = await on.write(want('r', red('r', 'm')), want('r2', red('r2', 'm')), want('b', blue('b', 'm')));
    expect(kinds(outcomes)).toEqual(['written', 'unknown', 'written']);
    expect(children('m')).toEqual(['b', 'r']);
  });

  it('whose configurable people deleted are said to be written in part, and linked when it is there again', async () => {
    await on.write(model('m'));
    on.shop.people.deleteProduct('m');
    expect(await on.write(want('r', red('r', 'm')))).toMatchObject([{ kind: 'unknown', code: 'partly_written' }]);
    on.doubt('models/m');
    await on.write(model('m'));
    expect(kinds(await on.write(want('r', red('r', 'm'))))).toEqual(['written']);
    expect(children('m')).toEqual(['r']);
  });

  it('get one axis more', async () => {
    await on.write(model('m'));
    await on.write(want('r', red('r', 'm')), want('b', blue('b', 'm')));
    const sized = (sku: string, color: string, size: string) => want(sku, variant(sku, 'm', { color, size }));
    await on.write(sized('r', 'Red', 'S'), sized('b', 'Blue', 'S'), sized('r2', 'Red', 'L'));
    expect([children('m'), axes('m')]).toEqual([
      ['b', 'r', 'r2'],
      ['color', 'size'],
    ]);
  });

  it('get one axis more also where some of them come later: all are linked in the end', async () => {
    await on.write(model('m'));
    await on.write(want('r', red('r', 'm')), want('b', blue('b', 'm')));
    const sized = (sku: string, color: string) => want(sku, variant(sku, 'm', { color, size: 'S' }));
    expect(kinds(await on.write(sized('r', 'Red')))).toEqual(['unknown']);
    expect(kinds(await on.write(sized('b', 'Blue')))).toEqual(['written']);
    expect(kinds(await on.write(sized('r', 'Red')))).toEqual(['written']);
    expect([children('m'), axes('m')]).toEqual([
      ['b', 'r'],
      ['color', 'size'],
    ]);
  });

  it('lose an axis', async () => {
    await on.write(model('m'));
    const sized = (sku: string, color: string) => want(sku, variant(sku, 'm', { color, size: 'S' }));
    await on.write(sized('r', 'Red'), sized('b', 'Blue'));
    expect(kinds(await on.write(want('r', red('r', 'm')), want('b', blue('b', 'm'))))).toEqual(['written', 'written']);
    expect([children('m'), axes('m')]).toEqual([['b', 'r'], ['color']]);
  });
});

describe('a variant that leaves', () => {
  beforeEach(async () => {
    await on.write(model('a'), model('b'));
    await on.write(want('r', red('r', 'a')), want('x', red('x', 'b')));
  });

  it('for another configurable is linked there and there alone', async () => {
    await on.write(want('x', blue('x', 'b')));
    await on.write(want('r', red('r', 'b')));
    expect([children('a'), children('b')]).toEqual([[], ['r', 'x']]);
  });

  it('to be a product of its own is linked nowhere, also where its last answer was lost', async () => {
    await on.write(want('r', simple('r')));
    expect(children('a')).toEqual([]);
    on.doubt('products/x');
    await on.write(want('x', simple('x')));
    expect(children('b')).toEqual([]);
  });

  it('is taken off when it is taken down, and linked again when it comes back', async () => {
    await on.write(on.down('products/r', 'disable'));
    expect([children('a'), on.shop.state.product('r')?.values.status]).toEqual([[], '2']);
    await on.write(want('r', red('r', 'a')));
    expect(children('a')).toEqual(['r']);
    await on.write(on.down('products/r', 'delete'));
    expect([children('a'), on.shop.state.product('r')]).toEqual([[], undefined]);
  });

  it('changes place with one of another configurable', async () => {
    expect(kinds(await on.write(want('r', red('r', 'b')), want('x', red('x', 'a'))))).toEqual(['written', 'written']);
    expect([children('a'), children('b')]).toEqual([['x'], ['r']]);
  });

  it('changes place with one of another configurable, which is told later', async () => {
    // It would be a second red one there until the other has left.
    expect(kinds(await on.write(want('r', red('r', 'b'))))).toEqual(['unknown']);
    expect(kinds(await on.write(want('x', red('x', 'a'))))).toEqual(['written']);
    expect(kinds(await on.write(want('r', red('r', 'b'))))).toEqual(['written']);
    expect([children('a'), children('b')]).toEqual([['x'], ['r']]);
  });
});

/** What the engine makes of two SKUs that were swapped: each document goes to the product the other one was. */
describe('variants of two configurables whose SKUs were swapped', () => {
  const ids = () => ({ r: on.ids.get('products/r') as string, x: on.ids.get('products/x') as string });
  const taking = (name: Name, fields: JsonObject, targetId: string) => ({
    ...on.want(name, fields),
    previous: null,
    cleared: [],
    targetId,
  });
  beforeEach(async () => {
    await on.write(model('a'), model('b'));
    await on.write(want('r', red('r', 'a')), want('x', blue('x', 'b')));
  });

  it('are linked each where it belongs now, and nowhere else', async () => {
    const { r, x } = ids();
    await on.write(taking('products/r', red('x', 'a'), x), taking('products/x', blue('r', 'b'), r));
    expect([children('a'), children('b')]).toEqual([['x'], ['r']]);
  });

  it('are so also where one is told later than the other', async () => {
    const { r, x } = ids();
    await on.write(taking('products/r', red('x', 'a'), x));
    expect(children('a')).toEqual(['x']);
    await on.write(taking('products/x', blue('r', 'b'), r));
    expect([children('a'), children('b')]).toEqual([['x'], ['r']]);
  });
});

describe('a configurable', () => {
  it('has no price of its own; without variants it stands disabled, as its document says', async () => {
    await on.write(on.want('models/m', configurable('m', { status: 2 })));
    expect(on.shop.state.product('m')).toMatchObject({ type: 'configurable', children: [], axes: [], values: { status: '2' } });
    expect(on.shop.state.product('m')?.values.price).toBeUndefined();
    await on.write(want('r', red('r', 'm')));
    await on.write(model('m'));
    expect(on.shop.state.product('m')).toMatchObject({ children: ['r'], values: { status: '1' } });
  });

  it('keeps its variants when it is changed, renamed and sent whole', async () => {
    await on.write(model('m'));
    await on.write(want('r', red('r', 'm')));
    await on.write(on.want('models/m', configurable('m', { name: 'Other' })));
    await on.write(on.want('models/m', configurable('m2', { name: 'Other' })));
    on.doubt('models/m');
    await on.write(on.want('models/m', configurable('m2', { name: 'Other' })));
    expect([children('m2'), axes('m2')]).toEqual([['r'], ['color']]);
  });

  it('of 60 variants is read once and saved once', async () => {
    await on.write(model('m'));
    on.shop.requests.clear();
    await on.write(...Array.from({ length: 60 }, (_, n) => want(`v${n}`, variant(`v${n}`, 'm', { size: `${n}` }))));
    expect(requests('PUT', /\/products\/m$/)).toHaveLength(1);
    // One looks for the variants, one reads the configurable.
    expect(requests('GET', /\/V1\/products$/)).toHaveLength(2);
    expect(children('m')).toHaveLength(60);
  });
});
