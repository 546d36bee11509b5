import { startAkeneo, type Akeneo } from '../../../../test/kit/akeneo/index.js';
import { readCatalog, realCatalogFolder } from '../../../../test/kit/catalog/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import type { Change, ChangesPage, JsonValue, OpenSource } from '../../contract/index.js';
import { akeneo } from './index.js';

const catalog = readCatalog(realCatalogFolder());
const { signal } = new AbortController();
const needs = { attributes: ['name'], fields: ['root', 'axes', 'family'], locales: null, channels: null };

let pim: Akeneo;
let source: OpenSource;
beforeEach(async () => {
  pim = await startAkeneo({ catalog: await catalog });
  source = await open({});
});
afterEach(async () => {
  await source.close?.();
  await pim.close();
});

const open = (more: object) => akeneo.open(akeneo.config.parse({ url: pim.url, ...pim.credentials, ...more }), silentTools);
const read = (cursor: JsonValue | null, from = source): Promise<ChangesPage> =>
  from.changes('product', cursor, { needs, signal, overlapMs: 0 });

/** Subscribes, well after everything there was. */
async function subscribed(from = source): Promise<JsonValue> {
  pim.advance(600_000);
  const { cursor } = await read(null, from);
  pim.advance(600_000);
  return cursor;
}

async function window(cursor: JsonValue, from = source) {
  const pages = [await read(cursor, from)];
  for (let last = pages[0]; last && !last.done; last = pages.at(-1)) pages.push(await read(last.cursor, from));
  const last = pages.at(-1);
  return {
    changes: pages.flatMap(({ changes }) => changes),
    cursor: last?.cursor ?? null,
    positions: pages.map(({ position }) => position),
  };
}

const variants = () => [...pim.state.products.values()].filter(({ parent }) => parent !== null);
const of = (changes: readonly Change[], uuid?: string) => changes.find(({ key }) => key === uuid);

describe('a delta of the products finds', () => {
  it('a variant that was moved to another model, under its new root', async () => {
    const [variant] = variants();
    const other = variants().find(({ parent, family }) => parent !== variant?.parent && family === variant?.family);
    const cursor = await subscribed();
    pim.people.moveVariant(variant?.identifier ?? '', other?.parent ?? '');
    const change = of((await window(cursor)).changes, variant?.uuid);
    const root = pim.state.ancestors({ parent: other?.parent ?? null } as never).at(-1)?.code;
    expect(change?.record?.fields).toMatchObject({ parent: other?.parent, root });
    expect(root).toBeDefined();
  });

  it('a variant that was made a product, and a product that was made a variant, each time as another version', async () => {
    const [variant] = variants();
    let cursor = await subscribed();
    const versions = new Set<string | undefined>();
    for (const parent of [null, variant?.parent ?? '']) {
      if (parent === null) pim.people.convertToSimple(variant?.identifier ?? '');
      else pim.people.moveVariant(variant?.identifier ?? '', parent);
      pim.advance(60_000);
      const found = await window(cursor);
      const change = of(found.changes, variant?.uuid);
      expect(change?.record?.fields.parent).toBe(parent);
      expect(change?.record?.fields.axes).toEqual(parent === null ? [] : expect.arrayContaining([expect.any(String)]));
      versions.add(change?.version?.id);
      ({ cursor } = found as { cursor: JsonValue });
    }
    expect([versions.size, versions.has(undefined)]).toEqual([2, false]);
  });

  it('a product that was put into another family', async () => {
    const simple = [...pim.state.products.values()].find(({ parent, family }) => parent === null && family !== null);
    const cursor = await subscribed();
    pim.people.setFamily(simple?.identifier ?? '', null);
    expect(of((await window(cursor)).changes, simple?.uuid)?.record?.fields.family).toBeNull();
  });

  it('all variants of a model whose own parent was edited, and none of another', async () => {
    const [variant] = variants();
    const root = pim.state.ancestors(variant as never).at(-1)?.code ?? '';
    const cursor = await subscribed();
    pim.people.editModel(root, {});
    const below = variants().filter((one) => pim.state.ancestors(one).some(({ code }) => code === root));
    expect((await window(cursor)).changes.map(({ key }) => key).sort()).toEqual(below.map(({ uuid }) => uuid).sort());
  });
});

describe('an edit of an asset or a record', () => {
  const both = { linkedEntities: ['asset', 'reference_entity_record'] };
  const linked = async (more: object, edit: () => void) => {
    await source.close?.();
    source = await open(more);
    const cursor = await subscribed();
    edit();
    // A window begins a second early: what was edited at its very end would come again.
    pim.advance(5_000);
    return window(cursor);
  };
  const sample = () => [...pim.state.products.values()].slice(3, 5);

  it.each([
    ['asset', 0],
    ['reference_entity_record', 1],
  ] as const)('(%s) is news of the products that are linked to it, with their records and without a version', async (type, index) => {
    const product = sample()[index];
    const { changes } = await linked(both, () => pim.people.editLinked(product?.identifier ?? '', type));
    expect(changes).toMatchObject([{ key: product?.uuid, kind: 'updated', version: null, record: { key: product?.uuid } }]);
    expect(changes[0]?.record?.version).not.toBeNull();
  });

  it('comes after what was edited itself, in the same window, whose position moves at its end', async () => {
    const [one, other] = sample();
    const { changes, positions, cursor } = await linked(both, () => {
      pim.people.touch(one?.identifier ?? '');
      pim.people.editLinked(other?.identifier ?? '', 'asset');
    });
    expect(changes[0]).toMatchObject({ key: one?.uuid, version: { order: expect.any(Number) as number } });
    expect(of(changes.slice(1), other?.uuid)?.version).toBeNull();
    expect(positions).toEqual([null, expect.any(Number)]);
    pim.advance(60_000);
    expect((await window(cursor)).changes).toEqual([]);
  });

  it('is news also of a product whose own last edit was seen before', async () => {
    const [product] = sample();
    const { cursor } = await linked(both, () => pim.people.touch(product?.identifier ?? ''));
    pim.advance(30_000);
    pim.people.editLinked(product?.identifier ?? '', 'asset');
    const later = await source.changes('product', cursor, { needs, signal, overlapMs: 120_000 });
    const rest = await window(later.cursor);
    expect([...later.changes, ...rest.changes].filter(({ key }) => key === product?.uuid).at(-1)?.version).toBeNull();
  });

  it.each<[string, object, () => void]>([
    ['where nobody asked for it', {}, () => undefined],
    ['of a kind that nobody asked for', { linkedEntities: ['reference_entity_record'] }, () => undefined],
    ['where the PIM does not write it down', both, () => void pim.state.writesDownEditsOf.delete('asset')],
  ])('%s is not found', async (_, more, before) => {
    before();
    const { changes } = await linked(more, () => pim.people.editLinked(sample()[0]?.identifier ?? '', 'asset'));
    expect(changes).toEqual([]);
  });
});
