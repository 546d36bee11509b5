import { rm } from 'node:fs/promises';
import { startAkeneo, type Akeneo } from '../../../../test/kit/akeneo/index.js';
import { readCatalog, writeSmallCatalog } from '../../../../test/kit/catalog/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import type { JsonValue, Needs, OpenSource } from '../../contract/index.js';
import { BadAnswer, Unavailable } from '../../contract/index.js';
import { akeneo } from './index.js';

let pim: Akeneo;
let source: OpenSource;
const { signal } = new AbortController();
const needs: Needs = { attributes: ['name', 'color'], fields: [], locales: null, channels: null };
const options = { needs, signal, overlapMs: 0 };

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

/** What changed while that was done, as `kind key`. */
async function changesOf(entity: string, work: () => void, more: Partial<typeof options> = {}): Promise<string[]> {
  const before = await source.changes(entity, null, options);
  expect([before.changes, before.done]).toEqual([[], true]);
  work();
  const page = await source.changes(entity, before.cursor, { ...options, ...more });
  // What is told once is told: the cursor knows it.
  expect((await source.changes(entity, page.cursor, { ...options, ...more })).changes).toEqual([]);
  return page.changes.map(({ kind, key }) => `${kind} ${key}`);
}

describe('families', () => {
  it('are told when an attribute leaves them, a requirement or a label changes, and when they come and go', async () => {
    const family = { attributeAsLabel: null, attributeAsImage: null, attributes: ['sku'], requirements: {}, labels: {} };
    const changes = await changesOf('family', () => {
      pim.designers.removeFromFamily('shirts', 'picture');
      pim.designers.addFamily({ code: 'bags', ...family });
    });
    expect(changes).toEqual(['updated shirts', 'created bags']);
    expect(await changesOf('family', () => pim.designers.editFamily('mugs', { requirements: { shop: ['sku', 'weight'] } }))).toEqual([
      'updated mugs',
    ]);
    expect(
      await changesOf('family', () => pim.state.reshape({ families: pim.state.catalog.families.filter(({ code }) => code !== 'bags') })),
    ).toEqual(['deleted bags']);
  });

  it('cost one call', async () => {
    await source.changes('family', null, options);
    expect(pim.requests.count(({ path }) => path.endsWith('/families'))).toBe(1);
  });
});

describe('options', () => {
  it('are told one by one, of the attributes that are mapped and no others', async () => {
    const changes = await changesOf('attribute-option', () => {
      pim.designers.relabelOption('color', 'red', { en_US: 'Crimson' });
      pim.designers.addOption('color', 'green', { en_US: 'Green' });
      pim.designers.removeOption('color', 'blue');
      pim.designers.relabelOption('size', 's', { en_US: 'Small' });
    });
    expect(changes).toEqual(['updated color/red', 'created color/green', 'deleted color/blue']);
  });

  it('of an attribute that is mapped only now begin now', async () => {
    const wider = { needs: { ...needs, attributes: ['color', 'size'] } };
    expect(await changesOf('attribute-option', () => pim.designers.relabelOption('size', 's', { en_US: 'Small' }), wider)).toEqual([]);
  });

  it('are the keys that products and models hand over', async () => {
    const asked = { needs: { ...needs, attributes: ['color', 'materials'], fields: ['options'] }, signal };
    const optionsOf = async (entity: string, key: string) => (await source.fetch(entity, [key], asked)).records[0]?.fields.options;
    expect(await optionsOf('product', pim.state.uuid('shirt-red-s') ?? '')).toEqual(['color/red']);
    expect(await optionsOf('product', pim.state.uuid('mug') ?? '')).toEqual(['materials/wool', 'materials/silk']);
    expect(await optionsOf('product-model', 'shirt_red')).toEqual(['color/red']);
  });
});

describe('a listing that cannot be compared', () => {
  it('changes nothing: the cursor stays with whoever asked', async () => {
    const { cursor } = await source.changes('family', null, options);
    const fault = pim.faults.add({ kind: 'status', match: { path: /families/ }, status: 500, times: Infinity });
    await expect(source.changes('family', cursor, options)).rejects.toBeInstanceOf(Unavailable);
    fault.remove();
    const strange: JsonValue = { start: 1 };
    await expect(source.changes('family', strange, options)).rejects.toBeInstanceOf(BadAnswer);
  });
});
