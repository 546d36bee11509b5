import { clientOf } from './client.js';
import type { Magento } from './index.js';
import { startMagento } from './index.js';

let shop: Magento;
let call: ReturnType<typeof clientOf>;
let red: number;
let blue: number;
let colorId: number;

beforeEach(async () => {
  shop = await startMagento();
  call = clientOf(shop);
  red = shop.people.addOption('color', { label: 'Red' });
  blue = shop.people.addOption('color', { label: 'Blue' });
  colorId = shop.state.attribute('color')?.id ?? 0;
  shop.people.saveProduct({ sku: 'P', name: 'Parent', type_id: 'configurable', attribute_set_id: 4 });
  variant('V-red', red);
  variant('V-blue', blue);
});
afterEach(async () => {
  await shop.close();
  shop.contract.expectNoViolations();
});

const variant = (sku: string, color?: number) =>
  shop.people.saveProduct({
    sku,
    name: sku,
    visibility: 1,
    custom_attributes: color === undefined ? [] : [{ attribute_code: 'color', value: String(color) }],
  });
const option = (fields: object = {}) => ({
  option: { attribute_id: String(colorId), label: 'Color', position: 0, is_use_default: true, values: [{ value_index: red }], ...fields },
});
const addOption = (sku = 'P', fields: object = {}) => call<number>('POST', `all/V1/configurable-products/${sku}/options`, option(fields));
const attach = (childSku: string, sku = 'P') => call('POST', `all/V1/configurable-products/${sku}/child`, { childSku });

describe('options of a configurable', () => {
  it('come one by one and only once per attribute', async () => {
    const { body: id } = await addOption();
    expect((await call('GET', 'all/V1/configurable-products/P/options/all')).body).toEqual([
      { id, attribute_id: String(colorId), label: 'Color', position: 0, values: [{ value_index: red }], product_id: 1 },
    ]);
    expect((await addOption()).body).toEqual({ message: 'Product already has this option' });
    expect(shop.state.product('P')?.axes).toEqual(['color']);
  });

  it('need attribute, label and values', async () => {
    expect((await addOption('P', { attribute_id: undefined })).body).toEqual({ message: 'Option attribute ID is not specified.' });
    expect((await addOption('P', { label: '' })).body).toEqual({ message: 'Option label is not specified.' });
    expect((await addOption('P', { values: [] })).body).toEqual({ message: 'Option values are not specified.' });
  });

  it('are of global selects only', async () => {
    const text = shop.people.createAttribute({ attribute_code: 'motto', frontend_input: 'text', default_frontend_label: 'Motto' });
    const local = shop.people.createAttribute({
      attribute_code: 'tone',
      frontend_input: 'select',
      scope: 'store',
      default_frontend_label: 'Tone',
    });
    for (const id of [text, local]) {
      expect((await addOption('P', { attribute_id: String(id) })).body).toEqual({ message: 'Something went wrong while saving option.' });
    }
    expect((await addOption('P', { attribute_id: '9999' })).status).toBe(404);
  });

  it('turn a simple product into a configurable one', async () => {
    await addOption('V-red');
    expect([shop.state.product('V-red')?.type, shop.state.raw('V-red').color]).toEqual(['configurable', undefined]);
  });

  it('take the variants with them when they go', async () => {
    const { body: id } = await addOption();
    await attach('V-red');
    expect((await call('DELETE', `all/V1/configurable-products/P/options/${id}`)).body).toBe(true);
    expect(shop.state.configurable('P')).toEqual({ options: [], children: [] });
  });

  it('change by id', async () => {
    const { body: id } = await addOption();
    await call('PUT', `all/V1/configurable-products/P/options/${id}`, option({ id, label: 'Colour', values: [{ value_index: blue }] }));
    expect(shop.state.configurable('P')?.options).toMatchObject([{ id, label: 'Colour', values: [{ value_index: blue }] }]);
    expect((await call('PUT', 'all/V1/configurable-products/P/options/99', option())).status).toBe(404);
  });
});

describe('variants', () => {
  it('are refused while the parent has no options', async () => {
    expect(await attach('V-red')).toEqual({
      status: 400,
      body: { message: "The parent product doesn't have configurable product options." },
    });
  });

  it('are attached once', async () => {
    await addOption();
    expect((await attach('v-RED')).body).toBe(true);
    expect((await attach('V-red')).body).toEqual({ message: 'The product is already attached.' });
    expect([shop.state.product('P')?.children, shop.state.product('V-red')?.parents]).toEqual([['V-red'], ['P']]);
  });

  it('need a value on every axis', async () => {
    variant('V-none');
    await addOption();
    expect((await attach('V-none')).body).toEqual({
      message: 'The child product doesn\'t have the "%1" attribute value. Verify the value and try again.',
      parameters: ['color'],
    });
  });

  it('refuse a combination that is there', async () => {
    variant('V-red-2', red);
    await addOption();
    await attach('V-red');
    expect(await attach('V-red-2')).toEqual({
      status: 400,
      body: { message: 'Products "%1" and "%2" have the same set of attribute values.', parameters: [4, 2] },
    });
  });

  it('must exist, like their parent', async () => {
    await addOption();
    expect([(await attach('none')).status, (await attach('V-red', 'none')).status]).toEqual([404, 404]);
  });

  it('are listed, and nothing for a product of another type', async () => {
    await addOption();
    await attach('V-red');
    expect((await call('GET', 'all/V1/configurable-products/P/children')).body).toMatchObject([{ sku: 'V-red' }]);
    expect((await call('GET', 'all/V1/configurable-products/V-red/children')).body).toEqual([]);
  });

  it('are taken off by the SKU as it is spelled', async () => {
    await addOption();
    await attach('V-red');
    const path = 'all/V1/configurable-products/P/children';
    expect((await call('DELETE', `${path}/v-red`)).status).toBe(404);
    expect((await call('DELETE', `${path}/V-red`)).body).toBe(true);
    expect((await call('DELETE', 'all/V1/configurable-products/V-red/children/P')).body).toMatchObject({ parameters: ['V-red'] });
  });

  it('leave their parent when they are deleted', async () => {
    await addOption();
    await attach('V-red');
    await call('DELETE', 'all/V1/products/V-red');
    expect(shop.state.product('P')?.children).toEqual([]);
  });

  it('stay when the parent is saved without naming them', async () => {
    await addOption();
    await attach('V-red');
    await call('PUT', 'all/V1/products/P', { product: { sku: 'P', name: 'Parent II' } });
    expect(shop.state.product('P')?.children).toEqual(['V-red']);
  });
});

describe('a product save with options and links', () => {
  const save = (extension_attributes: object) => call('PUT', 'all/V1/products/P', { product: { sku: 'P', extension_attributes } });

  it('sets both', async () => {
    const { option: data } = option();
    expect((await save({ configurable_product_options: [data], configurable_product_links: [2, 3] })).status).toBe(200);
    expect(shop.state.product('P')?.children).toEqual(['V-red', 'V-blue']);
    await save({ configurable_product_links: [] });
    expect(shop.state.product('P')?.children).toEqual([]);
  });

  it('takes links without options for one combination', async () => {
    await addOption();
    expect((await save({ configurable_product_links: [2, 3] })).body).toMatchObject({
      message: 'Products "%1" and "%2" have the same set of attribute values.',
    });
  });
});
