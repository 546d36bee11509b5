import { openPimcore } from '../../../../test/kit/pimcore-source/index.js';
import { startPimcore, type Pimcore, type PimcoreOptions } from '../../../../test/kit/pimcore/index.js';
import type { JsonValue, Needs, OpenSource, SourceRecord } from '../../contract/index.js';
import { Misconfigured, Unauthorized, Unavailable } from '../../contract/index.js';

const { signal } = new AbortController();
const needs: Needs = { attributes: ['name', 'sku'], fields: [], locales: ['en', 'de'], channels: null };
const options = { needs, signal };
const fields = {
  sku: {},
  name: { localized: true },
  description: { localized: true },
  weight: { type: 'quantity' },
  website: { type: 'object', fields: ['path'] },
  brand: { type: 'relation' },
  brand_name: { type: 'relation', field: 'brand', class: 'Brand', of: 'name', localized: true },
  maker: { type: 'relation', field: 'brand', required: true },
  related: { type: 'relation', list: true },
};

let pim: Pimcore;
let source: OpenSource;

async function start(given: PimcoreOptions = {}, more: object = {}): Promise<void> {
  await stop();
  pim = await startPimcore(given);
  source = await openPimcore(pim, { entities: { car: { class: 'Car', fields } }, ...more });
}
async function stop(): Promise<void> {
  await source?.close?.();
  await pim?.close();
}
beforeEach(() => start());
afterEach(stop);

async function everything(wanted: Partial<Needs> = {}, withRecords = true): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for (let cursor: JsonValue | null = null, done = false; !done;) {
    const page = await source.keys('car', cursor, { needs: { ...needs, ...wanted }, signal, withRecords });
    records.push(...page.keys.map(({ key, version, record }) => record ?? { key, version, fields: {}, values: {} }));
    ({ cursor, done } = page);
  }
  return records;
}

async function only(wanted: Partial<Needs>): Promise<SourceRecord> {
  const [record] = await everything(wanted);
  if (record === undefined) throw new Error('the PIM has no car');
  return record;
}

const fetch = (...keys: (string | number)[]) => source.fetch('car', keys.map(String), options);
const car = (number: number) => pim.people.add({ fields: { sku: `C-${number}` }, localized: { name: { en: `Car ${number}` } } });
const queries = () => pim.requests.map(({ body }) => (body as { query: string }).query);

describe('a record', () => {
  it('has a localized field in each locale asked for, and in no other', async () => {
    pim.people.add({ fields: { sku: 'C-1' }, localized: { name: { en: 'Car', de: 'Wagen', fr: 'Voiture' } } });
    expect((await only({})).values).toEqual({
      sku: [{ locale: null, channel: null, data: 'C-1' }],
      name: [
        { locale: 'en', channel: null, data: 'Car' },
        { locale: 'de', channel: null, data: 'Wagen' },
      ],
    });
  });

  it("has it in Pimcore's default language where no locale is asked for", async () => {
    car(1);
    expect((await only({ locales: null })).values.name).toEqual([{ locale: null, channel: null, data: 'Car 1' }]);
  });

  it('is asked for what the mappings read and no more', async () => {
    car(1);
    await everything({ attributes: ['sku'], fields: ['key'] });
    for (const query of queries()) {
      expect(query).toMatch(/sku/);
      expect(query).not.toMatch(/name|description|weight|fullpath/);
    }
  });

  it('is asked for its id, date and state alone in a sweep', async () => {
    const { id } = car(1);
    const [key] = await everything({}, false);
    expect(key).toMatchObject({ key: String(id), version: { order: Math.floor(pim.now() / 1000) * 1000 } });
    for (const query of queries()) expect(query).toContain('node { id modificationDate published }');
  });

  it('that is unpublished is there, and says so', async () => {
    const { id } = pim.people.add({ published: false });
    car(2);
    expect((await everything({ fields: ['published'] })).map(({ state, fields: { published } }) => [state, published])).toEqual([
      ['unpublished', false],
      ['live', true],
    ]);
    expect((await fetch(id)).records).toMatchObject([{ state: 'unpublished' }]);
  });

  it('has quantities, objects and related objects in our shape', async () => {
    const brand = pim.people.add({ className: 'Brand', localized: { name: { en: 'Ours', de: 'Unsere' } } });
    const other = pim.people.add({ fields: { sku: 'C-2' } });
    const website = { text: 'x', path: '/c' };
    pim.people.add({ fields: { weight: { value: 2.5, unit: 'kg' }, website, brand: brand.id, related: [other.id] } });
    const [, record] = await everything({ attributes: ['weight', 'website', 'brand', 'brand_name', 'related'] });
    expect(record?.values).toMatchObject({
      weight: [{ data: { amount: 2.5, unit: 'kg' } }],
      website: [{ data: { path: '/c' } }],
      brand: [{ data: String(brand.id) }],
      brand_name: [
        { locale: 'en', data: 'Ours' },
        { locale: 'de', data: 'Unsere' },
      ],
      related: [{ data: [String(other.id)] }],
    });
  });

  it('has plain fields, and none that Pimcore does not have', async () => {
    const parent = car(1);
    pim.people.add({ key: 'mine', parentId: parent.id });
    const [, record] = await everything({ fields: ['key', 'fullpath', 'parent', 'classname'] });
    expect(record?.fields).toEqual({ key: 'mine', fullpath: `/${parent.key}/mine`, parent: String(parent.id), classname: 'Car' });
    await expect(everything({ fields: ['identifier'] })).rejects.toThrow(/identifier, which Pimcore's objects do not have/);
    await expect(everything({ attributes: ['color'] })).rejects.toThrow(/values.color, which is not among entities.car.fields/);
  });
});

describe('what may not be read', () => {
  const brand = () => pim.people.add({ className: 'Brand', localized: { name: { en: 'Ours' } } }).id;

  it('is an error of the record where it is required, and is not where it is not', async () => {
    const seen = brand();
    const hidden = brand();
    for (const id of [seen, hidden]) pim.people.add({ fields: { brand: id } });
    pim.workspaces.denied.add(hidden);
    const [first, second] = await everything({ attributes: ['brand', 'maker'] });
    expect(first).toMatchObject({ values: { brand: [{ data: String(seen) }], maker: [{ data: String(seen) }] } });
    expect(first?.unreadable).toBeUndefined();
    expect(second).toMatchObject({ values: {}, unreadable: { 'values.maker': expect.stringMatching(/required and empty.*may not read/) } });
    expect(Object.keys(second?.unreadable ?? {})).toEqual(['values.maker']);
  });

  it('is an error of its record alone where Data Hub makes an error of it', async () => {
    const hidden = brand();
    car(1);
    pim.people.add({ fields: { brand: hidden } });
    car(3);
    pim.workspaces.denied.add(hidden);
    pim.workspaces.notAllowedPolicy = 1;
    const records = await everything({ attributes: ['brand', 'sku'] });
    expect(records.map(({ unreadable }) => unreadable)).toEqual([
      undefined,
      { 'values.brand': expect.stringMatching(/read access for object .* denied/) },
      undefined,
    ]);
    expect(records[2]?.values.sku).toMatchObject([{ data: 'C-3' }]);
  });

  it('is not absent: only what Data Hub calls not found is', async () => {
    const [there, denied, refused, gone] = [car(1), car(2), car(3), car(4)].map(({ id }) => id);
    pim.workspaces.denied.add(denied ?? 0);
    pim.workspaces.refused.add(refused ?? 0);
    pim.people.remove(gone ?? 0);
    for (const policy of [2, 1] as const) {
      pim.workspaces.notAllowedPolicy = policy;
      // With the other policy one that is refused spoils the listing it stands in.
      const asked = policy === 2 ? [there, denied, refused, gone] : [there, denied, gone];
      const { records, absent } = await fetch(...asked.map(String));
      expect([records.map(({ key }) => key), absent]).toEqual([[String(there)], [String(gone)]]);
    }
  });

  it('does not end a listing, be it a page and more', async () => {
    const cars = Array.from({ length: 350 }, (_, number) => String(car(number).id));
    for (const id of cars.slice(50, 300)) pim.workspaces.refused.add(Number(id));
    expect((await everything()).map(({ key }) => key)).toEqual([...cars.slice(0, 50), ...cars.slice(300)]);
  });
});

describe('keys', () => {
  it('that MySQL would take for others are not asked for', async () => {
    const { id } = car(1);
    const odd = [`${id}abc`, `0${id}`, `${id}.0`, ` ${id}`, '0', '-1'];
    expect(await fetch(...odd)).toEqual({ records: [], absent: odd });
    expect(pim.requests).toHaveLength(0);
  });

  it('that are too large for GraphQL are neither there nor absent', async () => {
    expect(await fetch('2147483648', '99999999999999999999')).toEqual({ records: [], absent: [] });
  });
});

describe('a listing', () => {
  it('loses nothing where rows come between its count and its rows', async () => {
    const ids = Array.from({ length: 101 }, (_, number) => car(number).id);
    pim.advance(600_000);
    const { cursor } = await source.changes('car', null, { ...options, overlapMs: 0 });
    pim.advance(600_000);
    const [first = 0, ...edited] = ids;
    for (const id of edited) pim.people.edit(id, {});
    // A hundred are counted. Then the page has no room for the last of them any more.
    pim.onCounted = () => {
      pim.onCounted = () => undefined;
      pim.people.edit(first, {});
    };
    const found = new Set<string>();
    for (let at: JsonValue = cursor, done = false; !done;) {
      const page = await source.changes('car', at, { ...options, overlapMs: 0 });
      for (const { key } of page.changes) found.add(key);
      ({ cursor: at, done } = page);
    }
    expect(found).toEqual(new Set(ids.map(String)));
  });

  it('is not answered by the output cache', async () => {
    await start({ outputCache: true });
    const { id } = car(1);
    await everything();
    pim.people.edit(id, { localized: { name: { en: 'newest' } } });
    expect((await only({})).values.name?.[0]?.data).toBe('newest');
  });
});

describe('refusals', () => {
  const failure = (call: Promise<unknown>) =>
    call.then(
      () => null,
      (error: unknown) => error as Error,
    );

  it('of the API key are told without it', async () => {
    await start({}, { apiKey: 'canary-of-a-key' });
    const error = await failure(fetch(1));
    expect(error).toBeInstanceOf(Unauthorized);
    expect(error?.message).not.toContain('canary');
    expect(await source.check(signal)).toMatchObject({ ok: false, problem: expect.stringMatching(/403.*API key/) });
  });

  it('of a key that Data Hub repeats are told without it', async () => {
    pim.faults.add({ kind: 'body', status: 200, body: { errors: [{ message: `no ${pim.apiKey} here` }] } });
    const error = await failure(fetch(1));
    expect(error?.message).toContain('no … here');
  });

  it('of fields that nobody added to the schema name the field and what to do', async () => {
    await start({ without: ['published'] });
    const error = await failure(everything());
    expect(error).toBeInstanceOf(Misconfigured);
    expect(error?.message).toMatch(/Cannot query field "published".*Add it to the schema/);
  });

  it('by a PIM of another version are noticed', async () => {
    await start({ version: 10 }, { version: 12 });
    const error = await failure(everything());
    expect(error).toBeInstanceOf(Unavailable);
    expect(error?.message).toMatch(/Internal server error.*`version`/);
    expect(await source.check(signal)).toMatchObject({ ok: false });
  });

  it('of a single field by a failure in Pimcore concern its record alone', async () => {
    const [one, two] = [car(1), car(2)];
    const node = (id: number) => ({
      node: { id: String(id), modificationDate: 1_700_000_000, published: true, v0_0: null, v0_1: null, v1_0: 'x' },
    });
    const errors = [{ message: 'Internal server error', path: ['listing', 'edges', 0, 'node', 'v0_0'] }];
    const body = { errors, data: { listing: { totalCount: 2, edges: [node(one.id), node(two.id)] } } };
    pim.faults.add({ kind: 'body', status: 200, body });
    const { records } = await fetch(one.id, two.id);
    expect(records.map(({ unreadable }) => unreadable)).toEqual([{ 'values.name': 'Data Hub says: Internal server error' }, undefined]);
  });
});
