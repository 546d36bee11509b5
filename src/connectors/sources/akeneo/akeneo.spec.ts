import { startAkeneo } from '../../../../test/kit/akeneo/index.js';
import type { Akeneo } from '../../../../test/kit/akeneo/index.js';
import { readCatalog, realCatalogFolder } from '../../../../test/kit/catalog/index.js';
import type { ChangesPage, JsonValue, Needs, OpenSource, SourceRecord } from '../../contract/index.js';
import { BadAnswer, Misconfigured, Unauthorized, Unavailable } from '../../contract/index.js';
import { akeneo } from './index.js';

const catalog = readCatalog(realCatalogFolder());
let pim: Akeneo;
let source: OpenSource;

const { signal } = new AbortController();
const needs: Needs = {
  attributes: ['name', 'price', 'color'],
  fields: ['identifier', 'root', 'axes'],
  locales: ['en_US', 'de_DE'],
  channels: ['print'],
};
const options = { needs, signal };
const delta = { ...options, overlapMs: 120_000 };

const open = (more: object = {}): Promise<OpenSource> =>
  akeneo.open(akeneo.config.parse({ url: pim.url, ...pim.credentials, ...more }) as never, {
    connection: 'pim',
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
  });

beforeEach(async () => {
  pim = await startAkeneo({ catalog: await catalog });
  source = await open();
});
afterEach(async () => {
  await source.close?.();
  await pim.close();
});

async function everything(
  entity: string,
  withRecords = true,
  from: OpenSource = source,
): Promise<{ key: string; record?: SourceRecord }[]> {
  const keys: { key: string; record?: SourceRecord }[] = [];
  for (let cursor: JsonValue | null = null; ;) {
    const page = await from.keys(entity, cursor, { ...options, withRecords });
    keys.push(...page.keys);
    if (page.done) return keys;
    cursor = page.cursor;
  }
}

async function window(cursor: JsonValue | null, onPage: (page: ChangesPage) => void = () => undefined) {
  const changes: ChangesPage['changes'][number][] = [];
  for (let at = cursor; ;) {
    const page: ChangesPage = await source.changes('product', at, delta);
    changes.push(...page.changes);
    onPage(page);
    if (page.done) return { changes, cursor: page.cursor, position: page.position };
    at = page.cursor;
  }
}

/** A feed that begins now, and the time it begins at well past. */
async function subscribed(): Promise<JsonValue> {
  const { cursor } = await source.changes('product', null, delta);
  const later = pim.now() + 600_000;
  pim.setClock(() => later);
  return cursor;
}

const reads = (path: RegExp) => pim.requests.count((request) => path.test(request.path));
const simple = () => [...pim.state.products.values()].filter((product) => product.parent === null);
const variant = () => [...pim.state.products.values()].find((product) => product.parent !== null)?.identifier ?? '';

describe('everything', () => {
  it('lists every product once, by uuid, with the values asked for and no others', async () => {
    const keys = await everything('product');
    expect(keys.map(({ key }) => key)).toEqual([...pim.state.products.keys()].sort());
    const attributes = new Set(keys.flatMap(({ record }) => Object.keys(record?.values ?? {})));
    expect([...attributes].sort()).toEqual(['color', 'name', 'price', 'sku']);
  });

  it('says of a product that is not enabled that it is disabled', async () => {
    const [one] = simple();
    pim.people.disable(one?.identifier ?? '');
    const { records } = await source.fetch('product', [one?.uuid ?? ''], options);
    expect(records.map(({ state }) => state)).toEqual(['disabled']);
    const states = new Map((await everything('product')).map(({ key, record }) => [key, record?.state]));
    for (const { uuid, enabled } of pim.state.products.values())
      expect([uuid, states.get(uuid)]).toEqual([uuid, enabled ? 'live' : 'disabled']);
  });

  it('lists, fetches and notices what stands in no category of the channel whose values are read', async () => {
    const [one, two] = simple();
    if (!one || !two) throw new Error('the catalogue has no two simple products');
    const cursor = await subscribed();
    pim.people.addCategory({ code: 'elsewhere', parent: null, labels: {} });
    pim.people.setCategories(one.identifier, []);
    pim.people.setCategories(two.identifier, ['elsewhere']);
    const uuids = [one.uuid, two.uuid];
    expect((await everything('product')).map(({ key }) => key)).toEqual(expect.arrayContaining(uuids));
    const { records } = await source.fetch('product', uuids, options);
    expect(records.map(({ key }) => key).sort()).toEqual([...uuids].sort());
    expect((await window(cursor)).changes.map(({ key }) => key)).toEqual(expect.arrayContaining(uuids));
  });

  it('tells of a variant its root, and the axes of all levels', async () => {
    const keys = await everything('product');
    for (const { key, record } of keys) {
      const product = pim.state.products.get(key);
      const root = product && pim.state.ancestors(product).at(-1);
      const levels = pim.state.catalog.familyVariants.find(({ code }) => code === root?.familyVariant)?.levels ?? [];
      expect(record?.fields).toMatchObject({
        identifier: product?.identifier,
        root: root?.code ?? null,
        axes: levels.flatMap(({ axes }) => axes),
      });
    }
  });

  it('costs one request per 100 records and a constant', async () => {
    for (const entity of ['category', 'product-model', 'product']) await everything(entity);
    const records = pim.state.products.size + pim.state.models.size + pim.state.categories.size;
    expect(pim.requests.length).toBeLessThanOrEqual(Math.ceil(records / 100) + pim.state.catalog.families.length + 20);
  });

  it('reads the models once, when their own listing has gone by in this process', async () => {
    await everything('product-model');
    const before = reads(/product-models$/);
    await everything('product');
    expect(reads(/product-models$/) - before).toBe(1);
  });

  it('lists keys alone with next to nothing beside them', async () => {
    expect(await everything('product', false)).toHaveLength(pim.state.products.size);
    expect(pim.requests.every(({ query }) => query.get('attributes') === null || query.get('attributes') === 'sku')).toBe(true);
  });

  it('says of a model whether it has variants, at any level', async () => {
    const keys: { key: string; record?: SourceRecord }[] = [];
    for (let cursor: JsonValue | null = null, done = false; !done;) {
      const page = await source.keys('product-model', cursor, { needs: { ...needs, fields: ['hasVariants'] }, signal, withRecords: true });
      keys.push(...page.keys);
      ({ cursor, done } = page);
    }
    const roots = keys.filter(({ record }) => record?.fields.parent === null);
    const owners = new Set([...pim.state.products.values()].flatMap((product) => pim.state.ancestors(product).at(-1)?.code ?? []));
    expect(roots.length).toBeGreaterThan(0);
    for (const { key, record } of roots) expect([key, record?.fields.hasVariants]).toEqual([key, owners.has(key)]);
  });

  it('goes on after a position that expired, without losing a product', async () => {
    const first = await source.keys('product', null, { ...options, withRecords: false });
    pim.expirePositions();
    const keys = new Set(first.keys.map(({ key }) => key));
    for (let cursor: JsonValue = first.cursor, done = false; !done;) {
      const page = await source.keys('product', cursor, { ...options, withRecords: false });
      for (const { key } of page.keys) keys.add(key);
      ({ cursor, done } = page);
    }
    expect(keys.size).toBe(pim.state.products.size);
  });
});

describe('what changed', () => {
  it('is nothing at first, from the time of the subscription on', async () => {
    const page = await source.changes('product', null, delta);
    expect(page).toMatchObject({ changes: [], done: true });
    expect(page.position).toBeLessThanOrEqual(pim.now());
    expect(page.position).toBeGreaterThan(pim.now() - 10_000);
  });

  it('is exactly what was edited, with its record, in one request', async () => {
    const cursor = await subscribed();
    const edited = simple().slice(0, 25);
    for (const { identifier } of edited) pim.people.edit(identifier, { name: [{ locale: null, scope: null, data: `New ${identifier}` }] });
    await source.structure?.(signal);
    pim.requests.clear();
    const { changes } = await window(cursor);
    expect(changes.map(({ key }) => key).sort()).toEqual(edited.map(({ uuid }) => uuid).sort());
    expect(changes.every(({ record }) => String(record?.values.name?.[0]?.data).startsWith('New '))).toBe(true);
    expect(pim.requests).toHaveLength(1);
  });

  it('moves its position only once the last page is in, and then to a time from before the first', async () => {
    const cursor = await subscribed();
    for (const { identifier } of simple().slice(0, 250)) pim.people.touch(identifier);
    const edited = pim.now();
    const positions: (number | null)[] = [];
    const { position } = await window(cursor, (page) => {
      positions.push(page.position);
      const later = pim.now() + 60_000;
      pim.setClock(() => later);
    });
    expect(positions).toEqual([null, null, position]);
    expect(position).toBeLessThanOrEqual(edited);
  });

  it('finds two edits of one second on both sides of a page border, and what is edited while it reads', async () => {
    const cursor = await subscribed();
    const edited = simple().slice(0, 150);
    for (const { identifier } of edited) pim.people.touch(identifier);
    const late = simple()[200]?.identifier ?? '';
    const seen = new Set<string>();
    const { cursor: after } = await window(cursor, ({ changes, done }) => {
      for (const { key } of changes) seen.add(key);
      if (!done) pim.people.edit(late, { name: [{ locale: null, scope: null, data: 'late' }] });
    });
    for (const { key } of (await window(after)).changes) seen.add(key);
    expect([...edited.map(({ uuid }) => uuid), pim.people.find(late)?.uuid].filter((uuid) => !seen.has(uuid ?? ''))).toEqual([]);
  });

  it("goes by the PIM's clock, be it minutes behind or ahead", async () => {
    for (const offset of [-180_000, 3_600_000]) {
      let clock = Date.now() + offset;
      pim.setClock(() => clock);
      const { cursor } = await source.changes('product', null, delta);
      clock += 1000;
      const uuid = pim.people.touch(simple()[0]?.identifier ?? '').uuid;
      clock += 600_000;
      const { changes, position } = await window(cursor);
      expect(changes.map(({ key }) => key)).toEqual([uuid]);
      expect(Math.abs((position ?? 0) - clock)).toBeLessThan(5000);
    }
  });

  it.each([
    ['a minute', 60_000],
    ['an hour', 3_600_000],
  ])('loses no edit where the clock is set back by %s, and never takes a position back', async (_, back) => {
    const cursor = await subscribed();
    pim.people.touch(variant());
    const before = await window(cursor);
    const now = pim.now() - back;
    pim.setClock(() => now);
    const model = pim.state.ancestors(pim.people.find(variant()) ?? { parent: null }).at(-1)?.code ?? '';
    const edited = [pim.people.touch(simple()[0]?.identifier ?? '').uuid, pim.people.touch(variant()).uuid];
    const first = await window(before.cursor);
    pim.advance(1000);
    pim.people.editModel(model, {});
    const second = await window(first.cursor);
    const found = (uuid: string | undefined, { changes }: typeof first) => changes.find(({ key }) => key === uuid);
    expect(edited.filter((uuid) => !found(uuid, first))).toEqual([]);
    expect(found(edited[1], second)?.version?.id).not.toBe(found(edited[1], first)?.version?.id);
    expect(first.position).toBeGreaterThanOrEqual(before.position ?? NaN);
    expect(second.position).toBeGreaterThanOrEqual(first.position ?? NaN);
  });

  it('shows an edit of a model as a new version of each of its variants', async () => {
    const cursor = await subscribed();
    const uuid = pim.people.touch(variant()).uuid;
    const first = await window(cursor);
    const before = first.changes.find(({ key }) => key === uuid)?.version;
    const product = pim.people.find(variant());
    pim.people.editModel(pim.state.ancestors(product ?? { parent: null }).at(-1)?.code ?? '', {});
    const second = await window(first.cursor);
    const after = second.changes.find(({ key }) => key === uuid)?.version;
    expect(after).toBeDefined();
    expect(after?.id).not.toBe(before?.id);
  });

  it('is open to one more edit in a second that is not over', async () => {
    const cursor = await subscribed();
    const uuid = pim.people.touch(simple()[0]?.identifier ?? '').uuid;
    const now = await window(cursor);
    expect(now.changes.find(({ key }) => key === uuid)?.version?.closed).toBe(false);
    const later = pim.now() + 10_000;
    pim.setClock(() => later);
    const then = await window(now.cursor);
    expect(then.changes.find(({ key }) => key === uuid)?.version?.closed).toBe(true);
  });

  it('begins the same window again when its position expired or the mapping asks for something else', async () => {
    const cursor = await subscribed();
    for (const { identifier } of simple().slice(0, 150)) pim.people.touch(identifier);
    const first = await source.changes('product', cursor, delta);
    pim.expirePositions();
    expect((await window(first.cursor)).changes).toHaveLength(150);
    const half = await source.changes('product', cursor, delta);
    const other = { ...delta, needs: { ...needs, attributes: ['name', 'description'] } };
    expect((await source.changes('product', half.cursor, other)).changes).toHaveLength(100);
  });

  it('fails as a whole when the PIM fails in the middle, and goes on at the same page afterwards', async () => {
    const cursor = await subscribed();
    for (const { identifier } of simple().slice(0, 150)) pim.people.touch(identifier);
    const first = await source.changes('product', cursor, delta);
    pim.faults.add({ kind: 'status', status: 503, headers: { 'retry-after': '600' } });
    await expect(source.changes('product', first.cursor, delta)).rejects.toBeInstanceOf(Unavailable);
    const rest = await window(first.cursor);
    expect(new Set([...first.changes, ...rest.changes].map(({ key }) => key)).size).toBe(150);
  });

  it('of categories comes by their own dates', async () => {
    const { cursor } = await source.changes('category', null, delta);
    const later = pim.now() + 600_000;
    pim.setClock(() => later);
    const code = [...pim.state.categories.values()].at(-1)?.code ?? '';
    pim.people.editCategory(code, { labels: { en_US: 'Renamed' } });
    const { changes } = await source.changes('category', cursor, delta);
    expect(changes.map(({ key }) => key)).toEqual([code]);
    expect(changes[0]?.record?.values.label).toContainEqual({ locale: 'en_US', channel: null, data: 'Renamed' });
  });
});

describe('the newest records', () => {
  it('of a hundred keys come in two requests, and absence only by a 404', async () => {
    await source.structure?.(signal);
    const products = simple().slice(0, 99);
    const gone = '00000000-0000-5000-8000-000000000000';
    pim.requests.clear();
    const { records, absent } = await source.fetch('product', [...products.map(({ uuid }) => uuid), gone], options);
    expect(records).toHaveLength(99);
    expect(absent).toEqual([gone]);
    expect(pim.requests.length).toBeLessThanOrEqual(3);
  });

  it('may be left out by a listing that permissions thin: that proves nothing', async () => {
    const [product] = simple();
    pim.faults.add({ match: { path: /products-uuid$/ }, kind: 'body', status: 200, body: { _links: {}, _embedded: { items: [] } } });
    pim.faults.add({
      match: { path: /products-uuid\/.+/ },
      kind: 'status',
      status: 403,
      body: { code: 403, message: 'Access forbidden.' },
    });
    expect(await source.fetch('product', [product?.uuid ?? ''], options)).toEqual({ records: [], absent: [] });
    pim.faults.add({ match: { path: /products-uuid$/ }, kind: 'body', status: 200, body: { _links: {}, _embedded: { items: [] } } });
    expect((await source.fetch('product', [product?.uuid ?? ''], options)).records).toHaveLength(1);
  });

  it('of models and categories go by their codes', async () => {
    const model = [...pim.state.models.keys()].length > 0 ? ([...pim.state.models.values()][0]?.code ?? '') : '';
    const category = [...pim.state.categories.values()][0]?.code ?? '';
    expect((await source.fetch('product-model', [model, 'none'], options)).records.map(({ key }) => key)).toEqual([model]);
    expect((await source.fetch('category', [category, 'none'], options)).absent).toEqual(['none']);
  });
});

describe('a connection', () => {
  it('signs in once for all who ask, and refreshes once for all who were refused', async () => {
    await Promise.all(Array.from({ length: 8 }, () => source.fetch('product', [simple()[0]?.uuid ?? ''], options)));
    pim.tokens.expire();
    await Promise.all(Array.from({ length: 8 }, () => source.fetch('product', [simple()[0]?.uuid ?? ''], options)));
    expect(pim.tokens.granted).toEqual({ password: 1, refresh_token: 1 });
  });

  it('takes the password again where the refresh token is forgotten', async () => {
    await source.check(signal);
    pim.tokens.revoke();
    expect(await source.check(signal)).toMatchObject({ ok: true });
    expect(pim.tokens.granted).toEqual({ password: 2, refresh_token: 0 });
  });

  it('with wrong credentials is unauthorized, and names no secret', async () => {
    const wrong = await open({ secret: 'canary-secret' });
    const error = await wrong.fetch('product', ['x'], options).then(
      () => null,
      (reason: unknown) => reason as Error,
    );
    expect(error).toBeInstanceOf(Unauthorized);
    expect(`${error?.message}${error?.stack}`).not.toContain('canary');
    expect(await wrong.check(signal)).toMatchObject({ ok: false });
    await wrong.close?.();
  });

  it('never has more than four calls under way', async () => {
    pim.faults.add({ kind: 'delay', delayMs: 10, times: Infinity });
    await Promise.all(Array.from({ length: 20 }, (_, i) => source.fetch('product', [simple()[i]?.uuid ?? ''], options)));
    expect(pim.server.maxInFlight).toBeLessThanOrEqual(4);
    expect(pim.requests.count(({ status }) => status === 429)).toBe(0);
  });

  it('waits as long as a 429 says', async () => {
    await source.check(signal);
    pim.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '1' } });
    const began = performance.now();
    expect(await source.check(signal)).toMatchObject({ ok: true });
    expect(performance.now() - began).toBeGreaterThan(900);
  });

  it.each([
    ['half an answer', { kind: 'half', times: Infinity }, Unavailable],
    ['a page of HTML', { kind: 'body', status: 200, body: '<html>' }, BadAnswer],
    ['an answer without items', { kind: 'body', status: 200, body: {} }, BadAnswer],
    ['a missing right', { kind: 'status', status: 403, body: { code: 403, message: 'No.' } }, Misconfigured],
  ] as const)('takes %s for no listing', async (_, fault, error) => {
    await source.structure?.(signal);
    pim.faults.add({ match: { path: /products-uuid$/ }, ...fault });
    await expect(source.keys('product', null, { ...options, withRecords: false })).rejects.toBeInstanceOf(error);
  });

  it('notices a page that leads to itself', async () => {
    const page = await source.keys('product', null, { ...options, withRecords: false });
    const { next } = page.cursor as { next: string };
    const body = { _links: { next: { href: `http://elsewhere${next}` } }, _embedded: { items: [] } };
    pim.faults.add({ match: { path: /products-uuid$/ }, kind: 'body', status: 200, body });
    await expect(source.keys('product', page.cursor, { ...options, withRecords: false })).rejects.toThrow(/leads to itself/);
  });

  it('hands out files by their codes, and null for one that is missing', async () => {
    const codes = [...pim.state.products.values()].flatMap(({ values }) => values.picture?.map(({ data }) => String(data)) ?? []);
    const files = await Promise.all(codes.slice(0, 50).map(async (code) => source.asset?.(code, signal)));
    const found = files.find((file) => file);
    expect(found?.mimeType).toMatch(/^image\//);
    expect(found?.bytes.length).toBeGreaterThan(0);
    expect(await source.asset?.('files/not/there.jpg', signal)).toBeNull();
  });
});

describe('hostile records', () => {
  it('are read as far as they can be, and never reach a prototype', async () => {
    await source.structure?.(signal);
    const body = `{"_links":{},"_embedded":{"items":[
      {"uuid":"a","values":{"__proto__":[{"locale":null,"scope":null,"data":"x"}],"name":"no list","price":[null,7,{"data":1e400}]},"categories":"none","associations":[]},
      {"values":{}}, null, 7,
      {"uuid":"b","enabled":"yes","updated":"not a date","values":{"name":[{"locale":null,"scope":null,"data":"\\u0000 \\ud800"}]}}]}}`;
    pim.faults.add({ match: { path: /products-uuid$/ }, kind: 'body', status: 200, headers: { 'content-type': 'application/json' }, body });
    const { keys } = await source.keys('product', null, { ...options, withRecords: true });
    expect(keys.map(({ key, version }) => [key, version])).toEqual([
      ['a', null],
      ['b', null],
    ]);
    expect(keys[0]?.record?.fields).toMatchObject({ categories: [], associations: {} });
    // What is no answer is none: `false` would take the product down.
    expect(keys[0]?.record?.fields).not.toHaveProperty('enabled');
    expect(({} as { locale?: unknown }).locale).toBeUndefined();
  });
});
