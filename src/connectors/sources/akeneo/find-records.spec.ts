import { startAkeneo, type Akeneo } from '../../../../test/kit/akeneo/index.js';
import { bundledCatalogFolder, readCatalog } from '../../../../test/kit/catalog/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import {
  findsRecords,
  Misconfigured,
  type FindsRecords,
  type JsonValue,
  type OpenSource,
  type RecordFilter,
} from '../../contract/index.js';
import { akeneo } from './index.js';

const options = { needs: { attributes: ['name'], fields: [], locales: null, channels: ['print'] }, signal: new AbortController().signal };

let pim: Akeneo;
let source: OpenSource & FindsRecords;

beforeEach(async () => {
  pim = await startAkeneo({ catalog: await readCatalog(bundledCatalogFolder()) });
  const opened = await akeneo.open(akeneo.config.parse({ url: pim.url, ...pim.credentials }) as never, silentTools);
  if (!findsRecords(opened)) throw new Error('it finds nothing');
  source = opened;
});
afterEach(async () => {
  await source.close?.();
  await pim.close();
});

async function found(entity: string, filter: RecordFilter): Promise<string[]> {
  const keys: string[] = [];
  for (let cursor: JsonValue | null = null; ;) {
    const page = await source.find(entity, filter, cursor, options);
    expect(page.keys.map(({ key, record }) => record?.key === key)).not.toContain(false);
    keys.push(...page.keys.map(({ key }) => key));
    if (page.done) return keys.sort();
    cursor = page.cursor;
  }
}

const products = (holds: (product: ReturnType<typeof pim.state.products.values> extends Iterator<infer One> ? One : never) => boolean) =>
  [...pim.state.products.values()]
    .filter(holds)
    .map(({ uuid }) => uuid)
    .sort();

describe('records that people choose', () => {
  it('are found by family, by whether they are enabled, and by both, over more than a page', async () => {
    const [family = ''] = [...pim.state.products.values()].flatMap((product) => product.family ?? []);
    const enabled = products((product) => product.enabled);
    expect(enabled.length).toBeGreaterThan(100);
    expect(await found('product', { enabled: 'true' })).toEqual(enabled);
    expect(await found('product', { enabled: 'false' })).toEqual(products((product) => !product.enabled));
    expect(await found('product', { family })).toEqual(products((product) => product.family === family));
    expect(await found('product', { family, enabled: 'true' })).toEqual(
      products((product) => product.family === family && product.enabled),
    );
  });

  it('are found by a category: what is in it or below it', async () => {
    const child = [...pim.state.categories.values()].find(({ parent }) => parent !== null);
    const top = child?.parent ?? '';
    const tree = pim.state.tree(top);
    const within = products((product) => pim.state.shown(product).categories.some((code) => tree.has(code.toLowerCase())));
    expect(within.length).toBeGreaterThan(0);
    expect(await found('product', { category: top })).toEqual(within);
  });

  it('are found by what they hang below, and by their SKU', async () => {
    const variant = [...pim.state.products.values()].find(({ parent }) => parent !== null);
    const root = variant ? (pim.state.ancestors(variant).at(-1)?.code ?? '') : '';
    expect(await found('product', { parent: root })).toEqual(
      products((product) => pim.state.ancestors(product).some(({ code }) => code === root)),
    );
    expect(await found('product', { sku: variant?.identifier ?? '' })).toEqual([variant?.uuid]);
    expect(await found('product', { sku: 'nobody' })).toEqual([]);
  });

  it('are models and categories as well', async () => {
    const [model] = [...pim.state.models.values()];
    expect(await found('product-model', { code: model?.code ?? '' })).toEqual([model?.code]);
    const child = [...pim.state.categories.values()].find(({ parent }) => parent !== null);
    const below = [...pim.state.categories.values()].filter(({ parent }) => parent === child?.parent).map(({ code }) => code);
    expect(await found('category', { parent: child?.parent ?? '' })).toEqual(below.sort());
  });

  it('are not found by what is none, which is said before anything is asked', async () => {
    expect(source.filters('product')).toEqual(['family', 'category', 'enabled', 'parent', 'sku']);
    expect(source.filters('family')).toEqual([]);
    const before = pim.requests.length;
    const none: RecordFilter[] = [{ enabled: 'yes' }, { colour: 'red' }, { constructor: 'x' }];
    for (const filter of none) await expect((async () => source.find('product', filter, null, options))()).rejects.toThrow(Misconfigured);
    expect(pim.requests).toHaveLength(before);
  });

  it('do not pass for a whole listing: what a full pass learns on its way is not learned from them', async () => {
    const [model] = [...pim.state.models.values()];
    await found('product-model', { code: model?.code ?? '' });
    const variants = products((product) => product.parent !== null);
    const { records } = await source.fetch('product', variants.slice(0, 50), { ...options, needs: { ...options.needs, fields: ['root'] } });
    for (const { key, fields } of records) {
      const product = pim.state.products.get(key);
      expect(fields.root).toBe(product ? pim.state.ancestors(product).at(-1)?.code : undefined);
    }
  });
});
