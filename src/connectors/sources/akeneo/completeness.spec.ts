import { rm } from 'node:fs/promises';
import { startAkeneo, type Akeneo } from '../../../../test/kit/akeneo/index.js';
import { readCatalog, writeSmallCatalog } from '../../../../test/kit/catalog/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import type { Needs, OpenSource, SourceRecord } from '../../contract/index.js';
import { akeneo } from './index.js';

let pim: Akeneo;
let source: OpenSource;
const { signal } = new AbortController();
const needs = (more: Partial<Needs>): Needs => ({ attributes: ['name'], fields: [], locales: null, channels: null, ...more });

beforeEach(async () => {
  const folder = await writeSmallCatalog();
  pim = await startAkeneo({ catalog: await readCatalog(folder) });
  await rm(folder, { recursive: true });
  source = await akeneo.open(akeneo.config.parse({ url: pim.url, ...pim.credentials }) as never, silentTools);
});
afterEach(async () => {
  await source.close?.();
  await pim.close();
});

async function fetched(identifier: string, more: Partial<Needs>): Promise<SourceRecord | undefined> {
  const answer = await source.fetch('product', [pim.state.uuid(identifier) ?? ''], { needs: needs(more), signal });
  return answer.records[0];
}

describe('the completeness of a product', () => {
  const fields = ['completeness'];

  it('comes by channel and locale, in a listing and of one product alike', async () => {
    // The family of shirts requires sku and name in the channel shop, and the model's name is there in both languages.
    const expected = { shop: { en_US: 100, de_DE: 100 }, print: { en_US: 100 } };
    expect((await fetched('shirt-red-m', { fields }))?.fields.completeness).toEqual(expected);
    const listed = await source.keys('product', null, { needs: needs({ fields }), signal, withRecords: true });
    expect(listed.keys.find(({ record }) => record?.fields.identifier === 'shirt-red-m')?.record?.fields.completeness).toEqual(expected);
    pim.people.editModel('shirt', { name: [{ locale: 'en_US', scope: null, data: 'Shirt' }] });
    expect((await fetched('shirt-red-m', { fields }))?.fields.completeness).toMatchObject({ shop: { en_US: 100, de_DE: 50 } });
  });

  it('is asked for only where a mapping wants it', async () => {
    expect((await fetched('mug', {}))?.fields).not.toHaveProperty('completeness');
    const wanting = () => pim.requests.count(({ query }) => query.get('with_completenesses') === 'true');
    expect(wanting()).toBe(0);
    await fetched('mug', { fields });
    expect(wanting()).toBe(1);
  });

  it('is empty without a family, and left out where the PIM does not tell it', async () => {
    pim.people.setFamily('mug', null);
    expect((await fetched('mug', { fields }))?.fields.completeness).toEqual({});
    pim.faults.add({
      kind: 'body',
      match: { path: /products-uuid$/ },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ _links: {}, _embedded: { items: [{ uuid: pim.state.uuid('mug'), completenesses: 'none' }] } }),
    });
    expect((await fetched('mug', { fields }))?.fields).not.toHaveProperty('completeness');
  });
});

describe('the categories of a product and all above them', () => {
  const fields = ['allCategories'];

  it('follow a category that moves, without the product being edited', async () => {
    expect((await fetched('shirt-red-m', { fields }))?.fields.allCategories).toEqual(['acme', 'Suppliers', 'shirts', 'clothes', 'Master']);
    pim.people.editCategory('shirts', { parent: 'kitchen' });
    expect((await fetched('shirt-red-m', { fields }))?.fields.allCategories).toEqual(['acme', 'Suppliers', 'shirts', 'kitchen', 'Master']);
  });

  it('cost one call a page, and none where nobody asks', async () => {
    const calls = () => pim.requests.count(({ path }) => path.endsWith('/categories'));
    await fetched('mug', {});
    expect(calls()).toBe(0);
    await fetched('mug', { fields });
    await fetched('mug', { fields });
    expect(calls()).toBe(2);
  });
});
