import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';
import { plainPipeline } from '../kit/plain/plain-pipeline.js';

let test: TestDatabase;
let on: PlainJourney;

beforeEach(async () => {
  test = await createTestDatabase();
  on = await plainJourney(test.database, { pipeline: { queue: { ...plainPipeline().queue, watch: ['values.name', 'price'] } } });
  on.pim.tellsFields = true;
  for (const key of ['a', 'b', 'c']) on.pim.put(key, { sku: `SKU-${key}`, name: key, price: 1 });
  on.pim.clock += 600_000;
  await on.full();
  on.pim.clock += 600_000;
});

afterEach(async () => {
  await on.project.close();
  await test.drop();
});

const nameInShop = (key: string): unknown => on.shop.products.get(`sku-${key}`)?.fields.name;
const dryDelta = async () => (await on.dryRun('delta')).documents.map(({ entity }) => entity);

describe('queue.watch', () => {
  it('queues nothing for a change of other fields, counts it, and moves the last sync time past it', async () => {
    on.pim.edit('a', { colour: 'red' });
    on.pim.clock += 60_000;
    expect(await dryDelta()).toEqual([]);
    const result = await on.delta();
    expect(result.counts).toMatchObject({ seen: 1, enqueued: 0, coalesced: 0, filtered: 1, settled: 0 });
    expect(result.watermark.lastSync).toBe(on.pim.clock);
    expect(on.pim.requests).not.toContain('fetch');
  });

  it('queues a record that becomes a draft, though nobody watches that', async () => {
    on.pim.setState('a', 'unpublished');
    on.pim.clock += 60_000;
    expect((await on.delta()).counts).toMatchObject({ seen: 1, filtered: 0, removed: 1 });
    expect(nameInShop('a')).toBeUndefined();
  });

  it('queues a change of a watched field, also where others changed with it', async () => {
    on.pim.edit('a', { colour: 'red' });
    on.pim.edit('a', { name: 'new' });
    on.pim.edit('b', { colour: 'red' });
    on.pim.clock += 60_000;
    expect(await dryDelta()).toEqual(['a']);
    expect((await on.delta()).counts).toMatchObject({ seen: 2, settled: 1, filtered: 1 });
    expect(nameInShop('a')).toBe('new');
  });

  it('queues what appears, and a change of which nobody knows what it touched', async () => {
    on.pim.put('d', { sku: 'SKU-d', name: 'd' });
    on.pim.clock += 60_000;
    expect((await on.delta()).counts).toMatchObject({ settled: 1 });
    on.pim.tellsFields = false;
    on.pim.edit('a', { colour: 'red' });
    on.pim.clock += 600_000;
    expect((await on.delta()).counts).toMatchObject({ enqueued: 1, unchanged: 1 });
  });

  it('knows a change of another field from a version not seen yet: the next full pass sends nothing, and the next edit is news', async () => {
    on.pim.edit('a', { colour: 'red' });
    on.pim.clock += 600_000;
    await on.delta();
    on.shop.writes.length = 0;
    expect((await on.full()).counts).toMatchObject({ unchanged: 3 });
    on.pim.clock += 600_000;
    on.pim.edit('a', { price: 2 });
    on.pim.clock += 60_000;
    expect((await on.delta()).counts).toMatchObject({ settled: 1 });
    expect(on.shop.products.get('sku-a')?.fields.price).toBe(2);
  });

  it('never silences a record that is dead: any new version revives it', async () => {
    on.pim.edit('a', { price: 'wrong' });
    on.pim.clock += 60_000;
    expect((await on.delta()).counts).toMatchObject({ dead: 1 });
    on.pim.clock += 600_000;
    on.pim.edit('a', { colour: 'red' });
    on.pim.clock += 60_000;
    expect((await on.delta()).counts).toMatchObject({ enqueued: 1, dead: 1 });
  });
});
