import { Misconfigured, Unauthorized, Unavailable, type JsonObject, type TargetItem } from '../../contract/index.js';
import { writeCall } from '../../../../test/kit/describe-target/index.js';
import type { Fault } from '../../../../test/kit/stand-in/index.js';
import {
  asset,
  category,
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
});
afterEach(() => on.close());

const stands = (sku: string, store = 'all') => on.shop.state.product(sku, store);
const posts = () => on.shop.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/products'));
const products = (count: number) => Array.from({ length: count }, (_, n) => on.want(`products/p${n}`, simple(`p${n}`)));

/** What goes wrong with one request, from no work at all to all of it done. */
const mishaps: Readonly<Record<string, Fault>> = {
  'cut before the work': { kind: 'lost-before' },
  'cut after the work': { kind: 'lost-after' },
  'reset before the work': { kind: 'reset' },
  'half an answer': { kind: 'half' },
  'a page of HTML with 200': { kind: 'body', status: 200, body: '<html>maintenance</html>' },
  'an answer that says nothing': { kind: 'body', status: 200, body: {} },
  'an error of Magento after the work': {
    kind: 'body',
    status: 500,
    body: { message: 'Internal Error. Details are available in Magento log file. Report ID: webapi-6e2b' },
  },
  'an error of the server before it': { kind: 'status', status: 502, body: '<html>Bad Gateway</html>' },
  'a page that is not found': { kind: 'status', status: 404, body: '<html>Not Found</html>' },
};

interface Request {
  readonly match: Fault['match'];
  before?(): Promise<unknown>;
  /** What is sent, made anew for every sending. */
  items(): readonly TargetItem[];
  /** What must stand in the shop in the end. */
  expectEnd(): void;
  /** It is read afterwards what stands there: an answer that says nothing does no harm. */
  readonly isReadAgain?: true;
}

const variant = (parent: string): JsonObject =>
  simple('v', {
    'custom_attributes.color': option('color', 'Red'),
    configurable: { parent: ref('models', parent, 'strong'), axes: ['color'] },
  });
const pictured = (...codes: string[]) => [on.want('products/a', simple('a', { media: codes.map(asset) }))];
const made = (...items: readonly TargetItem[]) => on.write(...items);

const requests: Readonly<Record<string, Request>> = {
  'making a product': {
    match: { method: 'POST', path: /\/products$/ },
    items: () => [on.want('products/a', simple('a'))],
    expectEnd: () => expect(on.shop.state.skus()).toEqual(['a']),
  },
  'changing a product': {
    match: { method: 'POST', path: /\/products$/ },
    before: () => made(on.want('products/a', simple('a', { 'custom_attributes.description': 'long' }))),
    items: () => [on.want('products/a', simple('a', { price: 11 }))],
    expectEnd: () => {
      expect([on.shop.state.productCount, stands('a')?.values.price, stands('a')?.values.description]).toEqual([1, '11.000000', undefined]);
    },
  },
  'renaming a product': {
    match: { method: 'POST', path: /\/products$/ },
    before: () => made(on.want('products/a', simple('a'))),
    items: () => [on.want('products/a', simple('b'))],
    expectEnd: () => expect([on.shop.state.skus(), stands('b')?.id]).toEqual([['b'], 1]),
  },
  'changing a store view': {
    match: { method: 'POST', path: /\/de\/V1\/products$/ },
    before: () => made(on.want('products/a', simple('a'))),
    items: () => [on.want('products/a@de', { name: 'Stuhl' })],
    expectEnd: () => expect([stands('a')?.values.name, on.shop.state.raw('a', 'de')]).toEqual(['Name of a', { name: 'Stuhl' }]),
  },
  'sending a picture': {
    match: { method: 'POST', path: /\/media$/ },
    before: () => Promise.resolve(on.files.set('front', png(1))),
    items: () => pictured('front'),
    expectEnd: () => expect(stands('a')?.media).toHaveLength(1),
  },
  'moving a picture': {
    match: { method: 'PUT', path: /\/media\/\d+$/ },
    before: () => {
      for (const [n, code] of ['front', 'back'].entries()) on.files.set(code, png(n));
      return made(...pictured('front', 'back'));
    },
    items: () => pictured('back', 'front'),
    expectEnd: () =>
      expect(stands('a')?.media.map(({ position, types }) => [position, types.length])).toEqual([
        [2, 0],
        [1, 3],
      ]),
  },
  'removing a picture': {
    match: { method: 'DELETE', path: /\/media\/\d+$/ },
    before: () => {
      on.files.set('front', png(1));
      return made(...pictured('front'));
    },
    items: () => pictured(),
    expectEnd: () => expect(stands('a')?.media).toEqual([]),
  },
  'making an option': {
    match: { method: 'POST', path: /\/options$/ },
    items: () => [on.want('products/a', simple('a', { 'custom_attributes.color': option('color', 'Red') }))],
    expectEnd: () => expect([on.shop.state.options('color').length, stands('a')?.labels.color]).toEqual([1, 'Red']),
    isReadAgain: true,
  },
  'linking a variant': {
    match: { method: 'PUT', path: /\/products\/m$/ },
    before: () => made(on.want('models/m', configurable('m'))),
    items: () => [on.want('products/v', variant('m'))],
    expectEnd: () => expect([stands('m')?.children, stands('m')?.axes, on.shop.state.productCount]).toEqual([['v'], ['color'], 2]),
  },
  'moving a variant': {
    match: { method: 'PUT', path: /\/products\/[mn]$/ },
    before: async () => {
      await made(on.want('models/m', configurable('m')), on.want('models/n', configurable('n')));
      await made(on.want('products/v', variant('m')));
    },
    items: () => [on.want('products/v', variant('n'))],
    expectEnd: () => expect([stands('m')?.children, stands('n')?.children]).toEqual([[], ['v']]),
  },
  'taking a variant off': {
    match: { method: 'DELETE', path: /\/children\/v$/ },
    before: async () => {
      await made(on.want('models/m', configurable('m')));
      await made(on.want('products/v', variant('m')));
    },
    items: () => [on.down('products/v', 'disable')],
    expectEnd: () => expect([stands('m')?.children, stands('v')?.values.status]).toEqual([[], '2']),
  },
  'disabling a product': {
    match: { method: 'POST', path: /\/products$/ },
    before: () => made(on.want('products/a', simple('a'))),
    items: () => [on.down('products/a', 'disable')],
    expectEnd: () => expect(stands('a')?.values).toMatchObject({ status: '2', name: 'Name of a' }),
  },
  'deleting a product': {
    match: { method: 'DELETE', path: /\/products\/a$/ },
    before: () => made(on.want('products/a', simple('a'))),
    items: () => [on.down('products/a', 'delete')],
    expectEnd: () => expect(on.shop.state.productCount).toBe(0),
  },
  'making a category': {
    match: { method: 'POST', path: /\/categories$/ },
    items: () => [on.want('categories/a', category('Lamps'))],
    expectEnd: () => expect(on.shop.state.categories().map(({ name }) => name)).toEqual(['Lamps']),
  },
  'moving a category': {
    match: { method: 'PUT', path: /\/move$/ },
    before: () => made(on.want('categories/a', category('Lamps')), on.want('categories/b', category('Floor'))),
    items: () => [on.want('categories/b', category('Floor', { parent: ref('categories', 'a', 'strong') }))],
    expectEnd: () => expect(on.shop.state.category(Number(on.ids.get('categories/b')))?.names).toEqual(['Lamps', 'Floor']),
  },
  'deleting a category': {
    match: { method: 'DELETE', path: /\/categories\/\d+$/ },
    before: () => made(on.want('categories/a', category('Lamps'))),
    items: () => [on.down('categories/a', 'delete')],
    expectEnd: () => expect(on.shop.state.categories()).toEqual([]),
  },
};

describe.each(Object.entries(requests))('%s', (_, request) => {
  it.each(Object.entries(mishaps))(
    'that ends with %s is not taken for done or refused, and the next sending makes it good, once',
    async (name, mishap) => {
      await request.before?.();
      const fault = on.shop.faults.add({ ...mishap, ...(request.match ? { match: request.match } : {}) });
      const first = kinds(await on.write(...request.items()));
      expect(fault.struck).toBe(1);
      if (request.isReadAgain && name === 'an answer that says nothing') expect(first).toEqual(['written']);
      else expect(['unknown', 'retry']).toContain(first[0]);
      expect(kinds(await on.write(...request.items()))).toEqual(['written']);
      request.expectEnd();
    },
  );
});

describe('a shop under maintenance', () => {
  const maintenance = (retryAfter: string, times = 1): Fault => ({
    kind: 'status',
    status: 503,
    headers: { 'retry-after': retryAfter },
    body: '<html>Service Temporarily Unavailable</html>',
    match: { method: 'POST' },
    times,
  });

  it('that asks for a moment is given it, and the rest is sent then', async () => {
    on.shop.faults.add(maintenance('1'));
    const outcomes = kinds(await on.write(...products(6)));
    expect(outcomes.filter((kind) => kind === 'written')).toHaveLength(5);
    expect(outcomes.filter((kind) => kind === 'unknown')).toHaveLength(1);
    const [first, , third] = posts().map(({ at }) => at);
    expect(Number(third) - Number(first)).toBeGreaterThanOrEqual(950);
    expect(kinds(await on.write(...products(6)))).toEqual(Array(6).fill('written'));
  });

  it('that asks for longer is left alone: the rest of the batch is told when, nothing is sent, the next batch is not begun', async () => {
    on.shop.faults.add(maintenance('120', 2));
    const outcomes = await on.write(...products(10));
    expect(posts()).toHaveLength(2);
    expect(kinds(outcomes).filter((kind) => kind === 'unknown')).toHaveLength(2);
    const waiting = outcomes.filter((said) => said.kind === 'retry');
    expect(waiting).toHaveLength(8);
    for (const { afterMs } of waiting) expect(afterMs).toBeGreaterThan(110_000);
    on.shop.requests.clear();
    const next = on.target.write(products(3), writeCall());
    await expect(next).rejects.toBeInstanceOf(Unavailable);
    await expect(next).rejects.toHaveProperty('afterMs', expect.any(Number));
    expect(on.shop.requests).toHaveLength(0);
  });
});

describe('a shop that does not know us', () => {
  it.each([
    [401, { message: "The consumer isn't authorized to access %resources.", parameters: { resources: 'x' } }, Unauthorized],
    [403, { message: 'Forbidden' }, Misconfigured],
  ] as const)('(%s) ends the batch: it is thrown, and nothing more is begun', async (status, body, thrown) => {
    on.shop.faults.add({ kind: 'status', status, body, times: Infinity, match: { method: 'POST' } });
    await expect(on.target.write(products(10), writeCall())).rejects.toBeInstanceOf(thrown);
    expect(posts().length).toBeLessThanOrEqual(2);
    on.shop.faults.clear();
    expect(kinds(await on.write(...products(10)))).toEqual(Array(10).fill('written'));
  });
});

describe('a shop that fights with itself', () => {
  it.each([
    [500, 'SQLSTATE[40001]: Serialization failure: 1213 Deadlock found when trying to get lock'],
    [400, 'Could not save: SQLSTATE[HY000]: General error: 1205 Lock wait timeout exceeded'],
  ])('(%s) has not applied it: it is tried again', async (status, message) => {
    on.shop.faults.add({ kind: 'status', status, body: { message }, match: { method: 'POST' } });
    expect(await on.write(on.want('products/a', simple('a')))).toMatchObject([{ kind: 'retry', code: 'deadlock' }]);
    expect(kinds(await on.write(on.want('products/a', simple('a'))))).toEqual(['written']);
  });
});

describe('a look that fails', () => {
  it('once is repeated, and nobody notices', async () => {
    on.shop.faults.add({ kind: 'lost-before', match: { method: 'GET' } });
    expect(kinds(await on.write(...products(3)))).toEqual(Array(3).fill('written'));
  });

  it.each(['lost-before', 'half'] as const)('again and again (%s) writes nothing: what is not looked for is not made', async (kind) => {
    await on.write(on.want('products/a', simple('a')));
    on.doubt('products/a');
    on.shop.requests.clear();
    on.shop.faults.add({ kind, match: { method: 'GET' }, times: Infinity });
    expect(kinds(await on.write(on.want('products/a', simple('a', { price: 12 }))))).toEqual(['unknown']);
    expect(posts()).toEqual([]);
  });

  it.each([{ items: [] }, {}, { items: [], total_count: 1 }])(
    'by half a list (%j) is not taken for one that found nothing',
    async (body) => {
      on.shop.people.saveProduct({ sku: 'a' });
      on.shop.faults.add({ kind: 'body', status: 200, body, match: { method: 'GET', path: /\/V1\/products$/ } });
      expect(kinds(await on.write(on.want('products/a', simple('a'))))).toEqual(['unknown']);
      expect(posts()).toEqual([]);
    },
  );
});

describe('a lease that ends in the middle of a batch', () => {
  it('lets end what was begun, and begins nothing more', async () => {
    const lease = new AbortController();
    let seen = 0;
    const stop = on.shop.server.onAnswer(({ method }) => {
      if (method === 'POST' && (seen += 1) === 3) lease.abort();
    });
    const outcomes = await on.target.write(products(10), writeCall({ signal: lease.signal }));
    stop();
    expect(outcomes).toHaveLength(10);
    expect(outcomes.filter((said) => said.kind === 'retry' && said.code === 'lease_ended').length).toBeGreaterThanOrEqual(6);
    expect(posts().length).toBeLessThanOrEqual(4);
    expect(on.shop.state.productCount).toBeLessThanOrEqual(4);
  });
});
