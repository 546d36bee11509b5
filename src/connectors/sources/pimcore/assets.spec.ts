import { openPimcore } from '../../../../test/kit/pimcore-source/index.js';
import { startPimcore, type PimAsset, type Pimcore } from '../../../../test/kit/pimcore/index.js';
import { startServer, type StandInServer } from '../../../../test/kit/stand-in/index.js';
import type { OpenSource } from '../../contract/index.js';
import { BadAnswer, Misconfigured, Unavailable } from '../../contract/index.js';

const { signal } = new AbortController();
let pim: Pimcore;
let source: OpenSource;
let picture: PimAsset;

const fields = {
  picture: { type: 'image' },
  small: { type: 'image', field: 'picture', thumbnail: 'shop' },
  hero: { type: 'hotspotimage' },
  gallery: { type: 'gallery' },
  manual: { type: 'asset' },
  front: { type: 'image', field: 'picture', required: true },
};
const open = (more: object = {}) => openPimcore(pim, { entities: { car: { class: 'Car', fields } }, ...more });

beforeEach(async () => {
  pim = await startPimcore();
  source = await open();
  picture = pim.people.addAsset('/Car Images/ä 100%.png', Buffer.from('first'));
});
afterEach(async () => {
  await source.close?.();
  await pim.close();
});

async function values(...attributes: string[]): Promise<Record<string, unknown>> {
  const needs = { attributes, fields: [], locales: null, channels: null };
  const { keys } = await source.keys('car', null, { needs, signal, withRecords: true });
  const { record } = keys[0] ?? {};
  const read = Object.entries(record?.values ?? {}).map(([code, list]) => [code, list[0]?.data] as const);
  return { unreadable: record?.unreadable, ...Object.fromEntries(read) };
}
const download = (code: unknown) => source.asset?.(String(code), signal);

it('a picture is handed over by a code that brings its file, without the API key', async () => {
  pim.people.add({ fields: { picture: picture.id } });
  const { picture: code } = await values('picture');
  pim.requests.clear();
  expect(await download(code)).toEqual({ bytes: Buffer.from('first'), mimeType: 'image/png', filename: 'ä 100%.png' });
  expect(pim.requests).toHaveLength(1);
  expect(JSON.stringify(pim.requests[0]?.headers)).not.toContain(pim.apiKey);
});

it('a file that is replaced has another code, under the same name', async () => {
  pim.people.add({ fields: { picture: picture.id } });
  const before = String((await values('picture')).picture);
  pim.advance(60_000);
  pim.people.replaceAsset(picture, Buffer.from('other'));
  const after = String((await values('picture')).picture);
  expect(after).not.toBe(before);
  expect(after.split('/').at(-1)).toBe(before.split('/').at(-1));
  expect((await download(after))?.bytes.toString()).toBe('other');
});

it('thumbnails, galleries, image fields and relations are read in their order', async () => {
  const second = pim.people.addAsset('/second.png', Buffer.from('second'));
  const manual = pim.people.addAsset('/manual.pdf', Buffer.from('%PDF'), 'application/pdf');
  pim.people.add({ fields: { picture: picture.id, hero: [second.id], gallery: [second.id, picture.id], manual: manual.id } });
  const { small, hero, gallery, manual: file } = await values('small', 'hero', 'gallery', 'manual');
  expect((await download(small))?.bytes.toString()).toBe('shop:first');
  expect((await download(hero))?.bytes.toString()).toBe('second');
  expect(await download(file)).toMatchObject({ mimeType: 'application/pdf', filename: 'manual.pdf' });
  const shown = await Promise.all((gallery as string[]).map(async (code) => (await download(code))?.bytes.toString()));
  expect(shown).toEqual(['second', 'first']);
});

it('a picture that may not be read is an error where it has to be there, also inside a field that is there', async () => {
  pim.people.add({ fields: { picture: picture.id, hero: [picture.id] } });
  pim.workspaces.denied.add(picture.id);
  expect(await values('picture', 'front', 'hero')).toEqual({
    unreadable: { 'values.front': expect.stringMatching(/required and empty/), 'values.hero': expect.stringMatching(/may not read/) },
  });
});

it('a file that is gone is none', async () => {
  expect(await download('1-1:/nowhere.png')).toBeNull();
});

it('a page in the place of a file is no file, and a login says what is wrong', async () => {
  pim.faults.add({ kind: 'body', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>login</html>' });
  await expect(download('1-1:/a.png')).rejects.toThrow(BadAnswer);
  pim.faults.add({ kind: 'status', status: 302, headers: { location: '/login' } });
  await expect(download('1-1:/a.png')).rejects.toThrow(Misconfigured);
  pim.faults.add({ kind: 'status', status: 503, headers: { 'retry-after': '600' } });
  await expect(download('1-1:/a.png')).rejects.toThrow(Unavailable);
});

describe('an address that leads elsewhere', () => {
  let cdn: StandInServer;
  beforeEach(async () => {
    cdn = await startServer(() => ({ status: 200, headers: { 'content-type': 'image/png' }, body: Buffer.from('cdn') }));
  });
  afterEach(() => cdn.close());

  it('is not followed, however it is written', async () => {
    const { port } = cdn;
    for (const path of [
      `http://localhost:${port}/a.png`,
      `//localhost:${port}/a.png`,
      `\\\\localhost:${port}\\a.png`,
      'file:///etc/passwd',
    ])
      await expect(download(`1-1:${path}`)).rejects.toThrow(BadAnswer);
    await expect(download('1-1:http://169.254.169.254/latest')).rejects.toThrow(BadAnswer);
    expect(cdn.requests).toHaveLength(0);
  });

  it('is followed to a host that was allowed, without the API key', async () => {
    source = await open({ assetHosts: ['localhost'] });
    expect((await download(`1-1:http://localhost:${cdn.port}/a.png`))?.bytes.toString()).toBe('cdn');
    expect(JSON.stringify(cdn.requests[0]?.headers)).not.toContain(pim.apiKey);
  });
});
