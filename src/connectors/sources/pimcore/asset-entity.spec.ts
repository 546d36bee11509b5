import { openPimcore, pimcoreConfig } from '../../../../test/kit/pimcore-source/index.js';
import { startPimcore, type PimAsset, type Pimcore } from '../../../../test/kit/pimcore/index.js';
import type { ChangesPage, JsonValue, Needs, OpenSource } from '../../contract/index.js';
import { Misconfigured } from '../../contract/index.js';
import { pimcore } from './index.js';

const { signal } = new AbortController();
const nothing: Needs = { attributes: [], fields: [], locales: null, channels: null };
let pim: Pimcore;
let source: OpenSource;
let picture: PimAsset;
let manual: PimAsset;

const fields = {
  sku: {},
  picture: { type: 'image' },
  small: { type: 'image', field: 'picture', thumbnail: 'shop' },
  hero: { type: 'hotspotimage' },
  gallery: { type: 'gallery' },
  manual: { type: 'asset' },
};

beforeEach(async () => {
  pim = await startPimcore();
  source = await openPimcore(pim, { entities: { car: { class: 'Car', fields }, brand: { class: 'Brand', fields: { name: {} } } } });
  picture = pim.people.addAsset('/picture.png', Buffer.from('first'));
  manual = pim.people.addAsset('/manual.pdf', Buffer.from('%PDF'), 'application/pdf');
});
afterEach(async () => {
  await source.close?.();
  await pim.close();
});

const changes = (cursor: JsonValue | null, needs: Needs, entity = 'asset'): Promise<ChangesPage> =>
  source.changes(entity, cursor, { needs, signal, overlapMs: 10_000 });

async function changedAfter(work: () => void, needs = nothing, entity = 'asset'): Promise<ChangesPage['changes']> {
  pim.advance(60_000);
  const { cursor } = await changes(null, needs, entity);
  pim.advance(60_000);
  work();
  pim.advance(5_000);
  return (await changes(cursor, needs, entity)).changes;
}

describe('a record', () => {
  const assetsOf = async (...attributes: string[]): Promise<unknown> => {
    const needs = { ...nothing, attributes, fields: ['assets'] };
    const { keys } = await source.keys('car', null, { needs, signal, withRecords: true });
    return keys[0]?.record?.fields.assets;
  };

  it('names the assets that its values show, each once', async () => {
    const shown = { picture: picture.id, hero: [picture.id], gallery: [manual.id, picture.id], manual: manual.id };
    pim.people.add({ fields: shown });
    expect(await assetsOf('picture', 'small', 'hero', 'gallery', 'manual')).toEqual([String(picture.id), String(manual.id)]);
    expect(await assetsOf('gallery')).toEqual([String(manual.id), String(picture.id)]);
    expect(await assetsOf('manual')).toEqual([String(manual.id)]);
  });

  it('names none where it shows none, or none that may be read', async () => {
    pim.people.add({ fields: { picture: picture.id, gallery: [picture.id], manual: manual.id } });
    expect(await assetsOf('sku', 'hero')).toEqual([]);
    pim.workspaces.denied.add(picture.id).add(manual.id);
    expect(await assetsOf('picture', 'gallery', 'manual')).toEqual([]);
  });
});

describe('the feed of assets', () => {
  it('tells of a file that was replaced under its name, and of nothing else', async () => {
    const changed = await changedAfter(() => pim.people.replaceAsset(picture, Buffer.from('other')));
    expect(changed.map(({ key, kind }) => [key, kind])).toEqual([[String(picture.id), 'updated']]);
  });

  it('tells of what is new and moved, and of no folder', async () => {
    const changed = await changedAfter(() => {
      pim.people.addAssetFolder('/new');
      pim.people.moveAsset(manual, '/new/manual.pdf');
      pim.people.addAsset('/new/other.png', Buffer.from('other'));
    });
    const added = Math.max(...pim.state.assets.keys());
    expect(changed.map(({ key }) => key)).toEqual([String(manual.id), String(added)]);
  });

  it('is read for those as well who need what assets do not have, and then carries no records', async () => {
    const replace = () => pim.people.replaceAsset(picture, Buffer.from('other'));
    const foreign = { ...nothing, attributes: ['sku'], fields: ['assets', 'parent'] };
    expect(await changedAfter(replace, foreign)).toEqual([expect.not.objectContaining({ record: expect.anything() })]);
    const own = { ...nothing, fields: ['filename', 'filesize'] };
    const [{ record } = {}] = await changedAfter(replace, own);
    expect(record?.fields).toEqual({ filename: 'picture.png', filesize: 5 });
  });

  it('says so where Data Hub does not list assets, and where a mapping reads what they do not have', async () => {
    await expect(source.keys('asset', null, { needs: { ...nothing, fields: ['sku'] }, signal, withRecords: true })).rejects.toThrow(
      Misconfigured,
    );
    await source.close?.();
    await pim.close();
    pim = await startPimcore({ without: ['getAssetListing'] });
    source = await openPimcore(pim);
    await expect(changes(null, nothing)).rejects.toThrow(Misconfigured);
  });
});

it('the feed of a class is read for those as well who need what it does not have', async () => {
  const brand = pim.people.add({ className: 'Brand', localized: { name: { en: 'Ours' } } });
  const foreign = { ...nothing, attributes: ['name', 'sku'] };
  const edit = () => pim.people.edit(brand.id, { localized: { name: { en: 'Theirs' } } });
  expect(await changedAfter(edit, foreign, 'brand')).toEqual([expect.not.objectContaining({ record: expect.anything() })]);
  const [{ record } = {}] = await changedAfter(edit, { ...nothing, attributes: ['name'] }, 'brand');
  expect(record?.values.name).toEqual([expect.objectContaining({ data: 'Theirs' })]);
});

it('no class can be called what the files are called', () => {
  expect(() => pimcoreConfig(pim, { entities: { asset: { class: 'Car', fields: {} } } })).toThrow(/asset/);
  expect(pimcore.entities).toEqual(['asset']);
});
