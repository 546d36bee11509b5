import type { RunKind } from '../../src/sync/runs/run-log.js';
import { SyncService } from '../../src/sync/sync-service.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';
import { plainPipeline } from '../kit/plain/plain-pipeline.js';
import { PlainShop } from '../kit/plain/plain-shop.js';
import { RelatedPim, usesCategories } from '../kit/plain/related-pim.js';

let test: TestDatabase;
let pim: RelatedPim;
let on: PlainJourney;

beforeEach(async () => {
  test = await createTestDatabase();
  pim = new RelatedPim();
  for (const key of ['x', 'y', 'z']) pim.categories.put(key, { sku: key, label: key });
  // Not for the shop, and shown by products all the same.
  pim.categories.put('hidden', { sku: 'hidden', label: 'hidden', enabled: false });
  const shown = { a: ['x'], b: ['X', 'y'], c: ['y'], d: [], e: ['hidden'] };
  for (const [key, categories] of Object.entries(shown)) pim.put(key, { sku: key, categories });
  const categories = {
    pipeline: plainPipeline({
      ...{ name: 'categories', dependsOn: [], hash: 'categories-1' },
      source: { connection: 'pim', entity: 'category' },
      target: { connection: 'shop-of-categories', resource: 'category' },
    }),
    source: pim,
    sourceMaxKeys: 100,
    target: new PlainShop(),
    targetDefinition: PlainShop.definition,
  };
  on = await plainJourney(test.database, { pim, pipeline: usesCategories, beside: [categories] });
  pim.tick(600_000);
  await sync('categories', 'full');
  await sync('products', 'full');
  pim.tick(600_000);
});
afterEach(async () => {
  await on.project.close();
  await test.drop();
});

const sync = (pipeline: string, kind: RunKind) =>
  new SyncService(on.project).sync({ pipeline, kind, trigger: 'command', limit: null, signal: new AbortController().signal });

/** The products that are read after a pass over the categories, each time products are delivered. */
async function readAfter(kind: 'full' | 'sweep'): Promise<string[]> {
  pim.tick(60_000);
  await sync('categories', kind);
  pim.fetched.length = 0;
  await sync('products', 'drain');
  return [...pim.fetched].sort();
}

describe.each(['full', 'sweep'] as const)('a category that a pass (%s) does not find any more', (kind) => {
  it('queues the products that show it, and no other, once', async () => {
    pim.categories.remove('x');
    expect(await readAfter(kind)).toEqual(['a', 'b']);
    expect(on.shop.products.get('b')?.fields.name).toBe(' y');
    expect(await readAfter(kind)).toEqual([]);
  });

  it('does so as well where it never stood in the shop itself', async () => {
    pim.categories.remove('hidden');
    expect(await readAfter(kind)).toEqual(['e']);
  });

  it('is news once more when it is there again', async () => {
    pim.categories.remove('y');
    expect(await readAfter(kind)).toEqual(['b', 'c']);
    pim.categories.put('y', { sku: 'y', label: 'new' });
    pim.tick(60_000);
    await sync('products', 'delta');
    expect(on.shop.products.get('c')?.fields.name).toBe('new');
    pim.tick(600_000);
    expect(await readAfter(kind)).toEqual([]);
    pim.categories.remove('y');
    expect(await readAfter(kind)).toEqual(['b', 'c']);
  });

  it('queues nobody where the listing is not to be believed, nor where nothing is gone', async () => {
    expect(await readAfter(kind)).toEqual([]);
    pim.categories.listsNothing = true;
    expect(await readAfter(kind)).toEqual([]);
  });
});
