import { clientOf, where } from './client.js';
import type { Magento } from './index.js';
import { startMagento } from './index.js';

let shop: Magento;
let call: ReturnType<typeof clientOf>;

beforeEach(async () => {
  shop = await startMagento();
  call = clientOf(shop);
});
afterEach(async () => {
  await shop.close();
  shop.contract.expectNoViolations();
});

const attribute = (fields: object = {}) => ({
  attribute: {
    attribute_code: 'finish',
    frontend_input: 'select',
    entity_type_id: '4',
    is_required: false,
    scope: 'global',
    default_frontend_label: 'Finish',
    frontend_labels: [{ store_id: 2, label: 'Oberfläche' }],
    ...fields,
  },
});
const createAttribute = (fields: object = {}) => call<Record<string, unknown>>('POST', 'all/V1/products/attributes', attribute(fields));
const addOption = (label: string, more: object = {}) =>
  call('POST', 'all/V1/products/attributes/finish/options', { option: { label, value: 'ignored', ...more } });

describe('a fresh shop', () => {
  it('has the set Default (4), the system attributes, website base and the views admin, default and de', async () => {
    const sets = await call<{ items: object[] }>('GET', `all/V1/products/attribute-sets/sets/list?${where({})}`);
    expect(sets.body.items).toEqual([{ attribute_set_id: 4, attribute_set_name: 'Default', sort_order: 1, entity_type_id: 4 }]);
    expect((await call('GET', 'all/V1/products/attributes/color')).body).toMatchObject({ frontend_input: 'select', scope: 'global' });
    expect((await call('GET', 'V1/store/storeViews')).body).toMatchObject([{ code: 'admin' }, { code: 'default' }, { id: 2, code: 'de' }]);
    expect((await call('GET', 'V1/store/websites')).body).toMatchObject([{ code: 'admin' }, { id: 1, code: 'base' }]);
    expect((await call('GET', 'V1/store/storeGroups')).body).toMatchObject([{ id: 0 }, { root_category_id: 2 }]);
    expect((await call('GET', 'V1/store/storeConfigs')).body).toMatchObject([{ locale: 'en_US' }, { locale: 'de_DE', weight_unit: 'kgs' }]);
  });
});

describe('attributes', () => {
  it('are created with the column their input has', async () => {
    expect((await createAttribute()).body).toMatchObject({
      attribute_code: 'finish',
      backend_type: 'int',
      is_user_defined: true,
      scope: 'global',
    });
    const kinds = { textarea: 'text', multiselect: 'text', boolean: 'int', price: 'decimal', date: 'datetime', text: 'varchar' };
    for (const [input, column] of Object.entries(kinds)) {
      const { body } = await createAttribute({ attribute_code: `a_${input}`, frontend_input: input });
      expect([input, body.backend_type]).toEqual([input, column]);
    }
  });

  it('with a code that is there are changed instead, and keep their input', async () => {
    const { body } = await createAttribute();
    const again = await createAttribute({ default_frontend_label: 'Coating', frontend_input: 'text' });
    expect(again.body).toMatchObject({ attribute_id: body.attribute_id, default_frontend_label: 'Coating', frontend_input: 'select' });
  });

  it('refuse a code that is malformed, too long or reserved, an unknown input and a missing label', async () => {
    expect((await createAttribute({ attribute_code: '2nd' })).status).toBe(400);
    expect((await createAttribute({ attribute_code: `a${'x'.repeat(60)}` })).body).toMatchObject({
      parameters: { fieldName: 'attribute_code' },
    });
    expect((await createAttribute({ attribute_code: 'store' })).body).toMatchObject({
      message: expect.stringContaining('reserved by system'),
    });
    expect((await createAttribute({ attribute_code: 'b', frontend_input: 'colour' })).body).toMatchObject({
      parameters: { fieldName: 'frontend_input' },
    });
    const nameless = { attribute_code: 'b', default_frontend_label: undefined, frontend_labels: [] };
    expect((await createAttribute(nameless)).body).toMatchObject({ parameters: { fieldName: 'frontend_label' } });
  });

  it('keep code and input at an update', async () => {
    await createAttribute();
    const { body } = await call<object>(
      'PUT',
      'all/V1/products/attributes/finish',
      attribute({ frontend_input: 'text', default_frontend_label: 'Coating' }),
    );
    expect(body).toMatchObject({ frontend_input: 'select', default_frontend_label: 'Coating' });
  });

  it('are found by criteria, by code and by id', async () => {
    const { body } = await createAttribute();
    const found = await call<{ items: object[]; total_count: number }>(
      'GET',
      `all/V1/products/attributes?${where({ attribute_code: 'finish' })}`,
    );
    expect([found.body.total_count, found.body.items]).toEqual([1, [expect.objectContaining({ attribute_code: 'finish' })]]);
    expect((await call('GET', `all/V1/products/attributes/${String(body.attribute_id)}`)).body).toMatchObject({ attribute_code: 'finish' });
    expect(await call('GET', 'all/V1/products/attributes/none')).toEqual({
      status: 404,
      body: {
        message: 'The attribute with a "%1" attributeCode doesn\'t exist. Verify the attribute and try again.',
        parameters: ['none'],
      },
    });
  });

  it('of the system cannot be deleted, others can', async () => {
    await createAttribute();
    expect((await call('DELETE', 'all/V1/products/attributes/name')).status).toBe(400);
    expect((await call('DELETE', 'all/V1/products/attributes/finish')).body).toBe(true);
  });
});

describe('options', () => {
  beforeEach(() => createAttribute());

  it('get an id of Magento’s own, whatever value says, and the labels of their views', async () => {
    const { body } = await addOption('Matt', { store_labels: [{ store_id: 2, label: 'Matt (de)' }] });
    const id = String(body);
    expect(id).toMatch(/^\d+$/);
    expect((await call('GET', 'all/V1/products/attributes/finish/options')).body).toEqual([
      { label: ' ', value: '' },
      { label: 'Matt', value: id },
    ]);
    expect((await call<object[]>('GET', 'de/V1/products/attributes/finish/options')).body[1]).toEqual({ label: 'Matt (de)', value: id });
  });

  it('refuse a label that is there in any case, and an empty one', async () => {
    await addOption('Matt');
    expect(await addOption(' MATT ')).toEqual({
      status: 400,
      body: { message: 'Admin store attribute option label "%1" already exists.', parameters: [' MATT '] },
    });
    expect((await addOption('  ')).body).toEqual({ message: 'The attribute option label is empty. Enter the value and try again.' });
  });

  it('take a label that is a number', async () => {
    const { body } = await addOption('Matt');
    expect((await addOption(String(body))).status).toBe(200);
  });

  it('change and go', async () => {
    const { body } = await addOption('Matt');
    const path = `all/V1/products/attributes/finish/options/${String(body)}`;
    await call('PUT', path, { option: { label: 'Satin', value: String(body), store_labels: [{ store_id: 2, label: 'Seidig' }] } });
    expect([shop.state.options('finish'), shop.state.options('finish', 'de')]).toEqual([
      [{ id: Number(body), label: 'Satin' }],
      [{ id: Number(body), label: 'Seidig' }],
    ]);
    expect((await call('DELETE', path)).body).toBe(true);
    expect((await call('DELETE', path)).status).toBe(404);
  });

  it('are for attributes that have a list', async () => {
    expect((await call('POST', 'all/V1/products/attributes/name/options', { option: { label: 'x', value: '' } })).body).toEqual({
      message: 'The "%1" attribute doesn\'t work with options.',
      parameters: ['name'],
    });
  });
});

describe('attribute sets', () => {
  const create = (name: string, skeletonId = 4) =>
    call<{ attribute_set_id: number }>('POST', 'all/V1/products/attribute-sets', {
      attributeSet: { attribute_set_name: name, sort_order: 0 },
      skeletonId,
    });

  it('begin with the groups and attributes of the skeleton', async () => {
    const { body } = await create('Lamps');
    const attributes = await call<{ attribute_code: string }[]>(
      'GET',
      `all/V1/products/attribute-sets/${body.attribute_set_id}/attributes`,
    );
    expect(attributes.body.map(({ attribute_code }) => attribute_code)).toEqual(expect.arrayContaining(['name', 'color', 'description']));
    const groups = await call<{ items: object[] }>(
      'GET',
      `all/V1/products/attribute-sets/groups/list?${where({ attribute_set_id: String(body.attribute_set_id) })}`,
    );
    expect(groups.body.items).toHaveLength(3);
  });

  it('refuse a name that is taken and a skeleton that is none', async () => {
    await create('Lamps');
    expect((await create('lamps')).body).toMatchObject({
      message: 'A "%1" attribute set name already exists. Create a new name and try again.',
    });
    expect((await create('Chairs', 0)).body).toMatchObject({ parameters: { fieldName: 'skeletonId' } });
    expect((await create('Chairs', 99)).status).toBe(404);
  });

  it('give their products the attributes assigned to them, and no others', async () => {
    await createAttribute({ attribute_code: 'watts', frontend_input: 'text' });
    const { body } = await create('Lamps');
    const set = body.attribute_set_id;
    const group = await call<{ items: { attribute_group_id: string }[] }>(
      'GET',
      `all/V1/products/attribute-sets/groups/list?${where({ attribute_set_id: String(set) })}`,
    );
    const assign = (attributeSetId: number) =>
      call('POST', 'all/V1/products/attribute-sets/attributes', {
        attributeSetId,
        attributeGroupId: Number(group.body.items[0]?.attribute_group_id),
        attributeCode: 'watts',
        sortOrder: 1,
      });
    expect((await assign(4)).body).toEqual({ message: "The attribute group doesn't belong to the attribute set." });
    expect((await assign(set)).status).toBe(200);
    const watts = { custom_attributes: [{ attribute_code: 'watts', value: '60' }] };
    shop.people.saveProduct({ sku: 'in', attribute_set_id: set, ...watts });
    shop.people.saveProduct({ sku: 'out', ...watts });
    expect([shop.state.raw('in').watts, shop.state.raw('out').watts]).toEqual(['60', undefined]);
    expect((await call('DELETE', `all/V1/products/attribute-sets/${set}/attributes/name`)).status).toBe(400);
    expect((await call('DELETE', `all/V1/products/attribute-sets/${set}/attributes/watts`)).body).toBe(true);
  });

  it('get groups of their own', async () => {
    const { body } = await call<object>('POST', 'all/V1/products/attribute-sets/groups', {
      group: { attribute_group_name: 'PIM', attribute_set_id: 4 },
    });
    expect(body).toMatchObject({ attribute_group_name: 'PIM', attribute_set_id: 4, attribute_group_id: expect.stringMatching(/^\d+$/) });
  });
});

describe('an answer’s fields', () => {
  it('are limited to those asked for', async () => {
    const { body } = await call(
      'GET',
      `all/V1/products/attribute-sets/sets/list?${where({})}&fields=items[attribute_set_name],total_count`,
    );
    expect(body).toEqual({ items: [{ attribute_set_name: 'Default' }], total_count: 1 });
  });
});
