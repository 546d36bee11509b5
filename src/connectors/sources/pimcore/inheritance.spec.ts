import { openPimcore } from '../../../../test/kit/pimcore-source/index.js';
import { startPimcore, type NewObject, type Pimcore } from '../../../../test/kit/pimcore/index.js';
import type { Change, ChangesPage, JsonValue, OpenSource } from '../../contract/index.js';

const { signal } = new AbortController();
const needs = { attributes: ['name'], fields: ['root', 'parent'], locales: ['en'], channels: null };
let pim: Pimcore;
let source: OpenSource;

beforeEach(async () => {
  pim = await startPimcore();
  source = await openPimcore(pim);
});
afterEach(async () => {
  await source.close?.();
  await pim.close();
});

const car = (given: NewObject = {}) => pim.people.add({ type: 'variant', ...given });
const named = (text: string) => ({ localized: { name: { en: text } } });

async function subscribed(): Promise<JsonValue> {
  pim.advance(600_000);
  const { cursor } = await source.changes('car', null, { needs, signal, overlapMs: 0 });
  pim.advance(600_000);
  return cursor;
}

async function window(
  cursor: JsonValue,
  from = source,
): Promise<{ changes: Map<string, Change>; pages: ChangesPage[]; cursor: JsonValue }> {
  const pages: ChangesPage[] = [];
  for (let at = cursor; ;) {
    // As it comes back from the database, in another process.
    const page: ChangesPage = await from.changes('car', JSON.parse(JSON.stringify(at)) as JsonValue, { needs, signal, overlapMs: 0 });
    pages.push(page);
    at = page.cursor;
    if (page.done) return { changes: new Map(pages.flatMap(({ changes }) => changes.map((one) => [one.key, one]))), pages, cursor: at };
  }
}

describe('what inherits', () => {
  it('from an object that was edited has changed too, at every level, and shows what it inherits', async () => {
    const root = car(named('old'));
    const middle = car({ parentId: root.id });
    const leaf = car({ parentId: middle.id });
    const other = car();
    const cursor = await subscribed();
    pim.people.edit(root.id, named('new'));
    const { changes } = await window(cursor);
    expect([...changes.keys()].sort()).toEqual([root, middle, leaf].map(({ id }) => String(id)).sort());
    expect(changes.has(String(other.id))).toBe(false);
    for (const { record } of changes.values()) expect(record?.values.name).toMatchObject([{ data: 'new' }]);
    expect(changes.get(String(leaf.id))?.record?.fields).toEqual({ root: String(root.id), parent: String(middle.id) });
  });

  it('has a version that moves with its parents, the same wherever it is read', async () => {
    const root = car(named('old'));
    const leaf = car({ parentId: root.id });
    const key = String(leaf.id);
    const read = async () => (await source.fetch('car', [key], { needs, signal })).records[0]?.version;
    const before = await read();
    const cursor = await subscribed();
    pim.people.edit(root.id, named('new'));
    const edited = pim.now();
    pim.advance(10_000);
    const announced = (await window(cursor)).changes.get(key)?.version;
    expect(announced).toEqual(await read());
    expect(announced).toMatchObject({ order: Math.floor(edited / 1000) * 1000, closed: true });
    expect(announced?.id).not.toBe(before?.id);
    const swept = await source.keys('car', null, { needs, signal, withRecords: false });
    expect(swept.keys.find((one) => one.key === key)?.version).toEqual(announced);
  });

  it('through a folder is always news, because its version cannot tell', async () => {
    const root = car(named('old'));
    const leaf = car({ parentId: pim.people.addFolder('variants', root.id).id });
    const cursor = await subscribed();
    pim.people.edit(root.id, named('new'));
    const change = (await window(cursor)).changes.get(String(leaf.id));
    expect(change).toMatchObject({ version: null, record: { values: { name: [{ data: 'new' }] } } });
  });

  it('is looked for below the object itself, not below one whose name is like it', async () => {
    const [root, alike] = [car({ key: 'a_100%' }), car({ key: 'aX100 percent' })];
    const below = [root, alike].map(({ id }) => car({ parentId: id }));
    const cursor = await subscribed();
    pim.people.edit(root.id, named('new'));
    expect([...(await window(cursor)).changes.keys()].sort()).toEqual([root, below[0]].map((one) => String(one?.id)).sort());
  });

  it('comes in pages, after each of which a process may end', async () => {
    const roots = [car(named('old')), car(named('old'))];
    const leaves = roots.flatMap(({ id }) => Array.from({ length: 130 }, () => car({ parentId: id })));
    const cursor = await subscribed();
    for (const { id } of roots) pim.people.edit(id, named('new'));
    pim.advance(60_000);
    const { pages, changes, cursor: closed } = await window(cursor);
    expect(changes.size).toBe(roots.length + leaves.length);
    for (const page of pages) expect(page.changes.length).toBeLessThanOrEqual(100);
    for (const page of pages.slice(0, -1)) {
      const fresh = await openPimcore(pim);
      const index = pages.indexOf(page);
      const rest = await window(page.cursor, fresh);
      const all = new Set([...pages.slice(0, index + 1).flatMap((one) => one.changes.map(({ key }) => key)), ...rest.changes.keys()]);
      expect(all.size).toBe(changes.size);
      await fresh.close?.();
    }
    pim.advance(60_000);
    expect((await window(closed)).changes.size).toBe(0);
  });

  it('and was moved below another parent has changed, with what lies below it', async () => {
    const [one, other] = [car(named('one')), car(named('other'))];
    const middle = car({ parentId: one.id });
    const leaf = car({ parentId: middle.id });
    const cursor = await subscribed();
    pim.people.move(middle.id, other.id);
    const { changes } = await window(cursor);
    for (const { id } of [middle, leaf]) expect(changes.get(String(id))?.record?.values.name).toMatchObject([{ data: 'other' }]);
    expect(changes.size).toBe(2);
  });

  it('is not looked for in a class that does not inherit', async () => {
    const plain = await openPimcore(pim, { entities: { car: { class: 'Car', fields: { name: { localized: true } } } } });
    const root = car(named('old'));
    car({ parentId: root.id });
    const cursor = await subscribed();
    pim.people.edit(root.id, named('new'));
    expect([...(await window(cursor, plain)).changes.keys()]).toEqual([String(root.id)]);
    await plain.close?.();
  });
});
