import type { JsonObject } from '../../contract/index.js';
import { asset, kinds, magentoScene, png, simple, warningsOf, type MagentoScene } from '../../../../test/kit/magento-target/index.js';

let on: MagentoScene;
beforeEach(async () => {
  on = await magentoScene();
  for (const [n, code] of ['front', 'back', 'side'].entries()) on.files.set(code, png(n));
});
afterEach(() => on.close());

const product = (...codes: string[]): JsonObject => simple('p', codes.length > 0 ? { media: codes.map(asset) } : {});
const write = (...codes: string[]) => on.write(on.want('products/p', product(...codes)));
const gallery = () => [...(on.shop.state.product('p')?.media ?? [])].sort((a, b) => a.position - b.position);
const names = () => gallery().map(({ file }) => /\/([^/]+?)(-[0-9a-f]{10}.*)?\.png$/.exec(file)?.[1]);
const uploads = () => on.shop.requests.count(({ method, path }) => method === 'POST' && path.endsWith('/media'));
const requests = (method: string) => on.shop.requests.count((one) => one.method === method);
const theirs = { media_type: 'image', label: 'Theirs', position: 9, disabled: false, types: ['swatch_image'] };
/** A picture that the shop's own people added. */
const addTheirs = (name: string, types = theirs.types) =>
  on.shop.people.saveProduct({
    sku: 'p',
    media_gallery_entries: [
      ...gallery().map(({ id }) => ({ id })),
      { ...theirs, types, content: { base64_encoded_data: png(77).bytes.toString('base64'), type: 'image/png', name } },
    ],
  });

describe('pictures', () => {
  it('stand in the order of the document; the first has the roles, all have the name of the product', async () => {
    await write('front', 'back', 'side');
    expect(names()).toEqual(['front', 'back', 'side']);
    expect(gallery().map(({ types }) => types)).toEqual([['image', 'small_image', 'thumbnail'], [], []]);
    expect(gallery().map(({ label }) => label)).toEqual(Array(3).fill('Name of p'));
  });

  it('are sent once: not with another change of the product, not when it is sent whole', async () => {
    await write('front', 'back');
    on.shop.requests.clear();
    await on.write(on.want('products/p', { ...product('front', 'back'), price: 12 }));
    on.doubt('products/p');
    await write('front', 'back');
    expect([uploads(), requests('PUT'), requests('DELETE'), names()]).toEqual([0, 0, 0, ['front', 'back']]);
  });

  it('of the same file twice in a document are one', async () => {
    await write('front', 'front', 'back');
    expect([names(), uploads()]).toEqual([['front', 'back'], 2]);
  });

  it('change their order and roles without being sent again', async () => {
    await write('front', 'back', 'side');
    on.shop.requests.clear();
    await write('side', 'front', 'back');
    expect([names(), uploads()]).toEqual([['side', 'front', 'back'], 0]);
    expect(gallery()[0]?.types).toEqual(['image', 'small_image', 'thumbnail']);
    expect(gallery()[1]?.types).toEqual([]);
  });

  it('are replaced where the source has another file: it has another code', async () => {
    await write('front', 'back');
    const before = gallery()[0]?.checksum;
    on.files.set('front-2', png(42));
    await write('front-2', 'back');
    expect([names(), gallery()[0]?.types.length, gallery()[0]?.checksum === before]).toEqual([['front-2', 'back'], 3, false]);
  });

  it('that the document does not have any more are removed, the last one too', async () => {
    await write('front', 'back');
    await write('back');
    expect([names(), gallery()[0]?.types.length]).toEqual([['back'], 3]);
    await write();
    expect(gallery()).toEqual([]);
  });

  it('that the document does not have any more are removed from what is in doubt', async () => {
    await write('front', 'back');
    on.doubt('products/p');
    await write();
    expect(gallery()).toEqual([]);
  });

  it('of the shop’s own people are left alone', async () => {
    await write('front', 'back');
    addTheirs('theirs.png');
    await write('back', 'side');
    on.doubt('products/p');
    await write('side');
    await write();
    expect(gallery()).toMatchObject([{ label: 'Theirs', types: ['swatch_image'], position: 9 }]);
  });

  it('that people hid, labelled and made a swatch stay so, also where their order changes', async () => {
    await write('front', 'back');
    const [front, back] = gallery();
    on.shop.people.saveProduct({
      sku: 'p',
      media_gallery_entries: [
        { id: front?.id ?? 0 },
        { id: back?.id ?? 0, disabled: true, label: 'Seen from behind', types: ['swatch_image'] },
      ],
    });
    await write('back', 'front');
    expect(gallery()[0]).toMatchObject({
      disabled: true,
      label: 'Seen from behind',
      types: ['image', 'small_image', 'swatch_image', 'thumbnail'],
    });
  });

  it('have the roles again that people gave to one of theirs, once they change', async () => {
    await write('front');
    addTheirs('theirs.png', ['image', 'thumbnail']);
    expect(gallery()[0]?.types).toEqual(['small_image']);
    await write('front', 'side');
    expect(gallery()[0]?.types.length).toBe(3);
  });

  it('whose file is missing are a warning; the others move up, and it comes when it is there', async () => {
    on.files.delete('front');
    const outcomes = await write('front', 'back');
    expect([kinds(outcomes), warningsOf(outcomes)]).toEqual([['written'], ['missing_file']]);
    expect([names(), gallery()[0]?.types.length]).toEqual([['back'], 3]);
    on.files.set('front', png(0));
    on.doubt('products/p');
    expect(warningsOf(await write('front', 'back'))).toEqual([]);
    expect([names(), gallery()[0]?.types.length, gallery()[1]?.types.length]).toEqual([['front', 'back'], 3, 0]);
  });

  it('that Magento takes for none, or of a kind it does not know, are a warning', async () => {
    on.files.set('broken', { bytes: Buffer.from('no picture'), mimeType: 'image/png', filename: 'broken.png' });
    on.files.set('film', { bytes: Buffer.from('film'), mimeType: 'video/mp4', filename: 'film.mp4' });
    const outcomes = await write('broken', 'film', 'side');
    expect([kinds(outcomes), warningsOf(outcomes)]).toEqual([['written'], ['picture_refused', 'unsupported_type']]);
    expect(names()).toEqual(['side']);
  });

  it('that are too large for the server are a warning', async () => {
    on.shop.faults.add({ kind: 'status', status: 413, body: '<html>Request Entity Too Large</html>', match: { path: /\/media$/ } });
    const outcomes = await write('front', 'back');
    expect([kinds(outcomes), warningsOf(outcomes), names()]).toEqual([['written'], ['picture_refused'], ['back']]);
  });

  it('whose names no shop would take are stored under others', async () => {
    const media = [{ $asset: { code: 'front', name: 'Fröhliche/Farben: "alle" <1>.PNG' } }];
    expect(warningsOf(await on.write(on.want('products/p', simple('p', { media }))))).toEqual([]);
    expect(gallery()).toHaveLength(1);
  });

  it('whose upload was not answered are not there twice', async () => {
    on.shop.faults.add({ kind: 'lost-after', match: { method: 'POST', path: /\/media$/ } });
    expect(kinds(await write('front', 'back'))).toEqual(['unknown']);
    expect(kinds(await write('front', 'back'))).toEqual(['written']);
    expect(names()).toEqual(['front', 'back']);
  });

  it('that were applied long after their request was given up on are one again', async () => {
    await write('front', 'back');
    const again = { ...theirs, types: [], content: { base64_encoded_data: png(0).bytes.toString('base64'), type: 'image/png', name: 'x' } };
    const name = gallery()[0]?.file.split('/').at(-1) ?? '';
    on.shop.people.saveProduct({
      sku: 'p',
      media_gallery_entries: [...gallery().map(({ id }) => ({ id })), { ...again, content: { ...again.content, name } }],
    });
    expect(gallery()).toHaveLength(3);
    on.doubt('products/p');
    await write('front', 'back');
    expect(names()).toEqual(['front', 'back']);
  });

  it('that people deleted are sent again when the product is sent whole', async () => {
    await write('front', 'back');
    on.shop.people.saveProduct({ sku: 'p', media_gallery_entries: [{ id: gallery()[1]?.id ?? 0 }] });
    on.doubt('products/p');
    await write('front', 'back');
    expect([names(), gallery()[0]?.types.length]).toEqual([['front', 'back'], 3]);
  });

  it('are never emptied by a list: no save of a product names its gallery', async () => {
    await write('front');
    addTheirs('theirs.png');
    await on.write(on.want('products/p', { ...product('back'), name: 'Other' }));
    const saved = on.shop.requests
      .filter(({ path }) => path.endsWith('/products'))
      .map(({ body }) => (body as { product?: JsonObject })?.product ?? {});
    expect(saved.filter((fields) => 'media_gallery_entries' in fields)).toEqual([]);
    expect(gallery()).toHaveLength(2);
  });
});
