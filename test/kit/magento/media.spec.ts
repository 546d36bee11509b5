import { createHash } from 'node:crypto';
import { clientOf } from './client.js';
import type { Magento } from './index.js';
import { startMagento } from './index.js';

let shop: Magento;
let call: ReturnType<typeof clientOf>;

beforeEach(async () => {
  shop = await startMagento();
  call = clientOf(shop);
  shop.people.saveProduct({ sku: 'A-1', name: 'Lamp' });
});
afterEach(async () => {
  await shop.close();
  shop.contract.expectNoViolations();
});

const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('picture')]);
const content = (name = 'Lamp front.png', bytes = png, type = 'image/png') => ({
  base64_encoded_data: bytes.toString('base64'),
  type,
  name,
});
const entry = (fields: object = {}) => ({
  media_type: 'image',
  label: 'Front',
  position: 1,
  disabled: false,
  types: ['image', 'thumbnail'],
  content: content(),
  ...fields,
});
const add = (fields: object = {}, store = 'all') => call<number>('POST', `${store}/V1/products/A-1/media`, { entry: entry(fields) });
const put = (fields: object, store = 'all') => call('PUT', `${store}/V1/products/A-1`, { product: { sku: 'A-1', ...fields } });
const ids = () => shop.state.product('A-1')?.media.map(({ id }) => id);

describe('media', () => {
  it('gets an id and a file name, and its roles stand among the attributes', async () => {
    const { body: id } = await add();
    expect(shop.state.product('A-1')?.media).toEqual([
      {
        id,
        file: '/l/a/lamp_front.png',
        checksum: createHash('sha256').update(png).digest('hex'),
        label: 'Front',
        position: 1,
        disabled: false,
        types: ['image', 'thumbnail'],
      },
    ]);
    const { body } = await call<{ custom_attributes: object[] }>('GET', 'all/V1/products/A-1');
    expect(body.custom_attributes).toContainEqual({ attribute_code: 'thumbnail', value: '/l/a/lamp_front.png' });
  });

  it('with the same content is a new entry every time', async () => {
    await add();
    await add({ types: [] });
    expect(shop.state.product('A-1')?.media.map(({ file }) => file)).toEqual(['/l/a/lamp_front.png', '/l/a/lamp_front_1.png']);
    await put({ media_gallery_entries: [entry()] });
    expect(ids()).toEqual([3]);
  });

  it('stays when the list is absent or null, and goes when it is empty', async () => {
    await add();
    await put({ name: 'Lamp II' });
    await put({ media_gallery_entries: null });
    expect(ids()).toEqual([1]);
    await put({ media_gallery_entries: [] }, 'de');
    expect(ids()).toEqual([]);
  });

  it('that a list names by id is kept and changed, what it leaves out goes', async () => {
    await add();
    await add({ types: [] });
    await put({ media_gallery_entries: [{ ...entry({ label: 'Back' }), id: 2, content: undefined }] });
    expect(shop.state.product('A-1')?.media.map(({ id, label }) => [id, label])).toEqual([[2, 'Back']]);
  });

  it('has its own label in a view until null', async () => {
    const { body: id } = await add();
    const change = (label: string | null) =>
      call('PUT', `de/V1/products/A-1/media/${id}`, { entry: { ...entry({ label }), id, content: undefined } });
    await change('Vorne');
    expect([shop.state.product('A-1', 'de')?.media[0]?.label, shop.state.product('A-1')?.media[0]?.label]).toEqual(['Vorne', 'Front']);
    await change(null);
    expect(shop.state.product('A-1', 'de')?.media[0]?.label).toBe('Front');
  });

  it('gives a role to the last that claims it', async () => {
    await add();
    await add({ types: ['image'] });
    expect(shop.state.product('A-1')?.media.map(({ types }) => types)).toEqual([['thumbnail'], ['image']]);
  });

  it('changed with content becomes a new entry', async () => {
    const { body: id } = await add();
    await call('PUT', `all/V1/products/A-1/media/${id}`, { entry: { ...entry(), id } });
    expect(ids()).toEqual([2]);
  });

  it('is read, listed and deleted by its id', async () => {
    const { body: id } = await add();
    expect((await call('GET', `all/V1/products/A-1/media/${id}`)).body).toMatchObject({ id, label: 'Front' });
    expect((await call<object[]>('GET', 'all/V1/products/A-1/media')).body).toHaveLength(1);
    expect((await call('DELETE', `all/V1/products/A-1/media/${id}`)).body).toBe(true);
    expect(await call('DELETE', `all/V1/products/A-1/media/${id}`)).toEqual({
      status: 404,
      body: { message: 'No image with the provided ID was found. Verify the ID and try again.' },
    });
  });

  it('must be a picture, in base64, with a name a file can have', async () => {
    const message = async (bad: object) =>
      ((await add({ content: { ...content(), ...bad } })).body as unknown as { message: string }).message;
    expect(await message({ base64_encoded_data: 'not base64!' })).toBe('The image content must be valid base64 encoded data.');
    expect(await message({ type: 'application/pdf' })).toBe('The image MIME type is not valid or not supported.');
    expect(await message({ name: 'a/b.png' })).toBe('Provided image name contains forbidden characters.');
    expect((await add({ content: undefined })).status).toBe(400);
    expect(ids()).toEqual([]);
  });
});
