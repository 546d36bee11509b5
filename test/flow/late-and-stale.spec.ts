import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';

let test: TestDatabase;
let on: PlainJourney;

beforeEach(async () => {
  test = await createTestDatabase();
  on = await plainJourney(test.database);
  for (const key of ['a', 'b', 'c']) on.pim.put(key, { sku: `SKU-${key}`, name: key });
  on.pim.clock += 600_000;
  await on.full();
});

afterEach(async () => {
  await on.project.close();
  await test.drop();
});

const nameInShop = (key: string): unknown => on.shop.products.get(`sku-${key}`)?.fields.name;

describe('a source that shows things late', () => {
  it('is read with an overlap: what it committed late, with a time before the last window’s end, arrives', async () => {
    const edited = on.pim.clock;
    on.pim.clock += 60_000;
    await on.delta();
    const now = on.pim.clock;
    on.pim.clock = edited;
    on.pim.edit('b', { name: 'committed late' });
    on.pim.clock = now + 10_000;
    await on.delta();
    expect(nameInShop('b')).toBe('committed late');
  });

  it('is asked again when it answers something older than it announced', async () => {
    on.pim.carriesRecords = false;
    on.pim.replica = structuredClone(on.pim.rows);
    on.pim.edit('b', { name: 'new' });
    on.pim.clock += 60_000;
    on.pim.onRequest = (request) => {
      if (request === 'fetch' && on.pim.requests.filter((one) => one === 'fetch').length === 2) on.pim.replica = null;
    };
    expect(await on.delta()).toMatchObject({ state: 'completed', counts: { settled: 1, dead: 0 } });
    expect(nameInShop('b')).toBe('new');
  });

  it('that leaves a record out of its listing deletes nothing that it still has', async () => {
    on.pim.unlisted.add('b');
    const result = await on.sweep();
    expect(result).toMatchObject({ state: 'completed', counts: { removed: 0, unchanged: 1, held: 0 } });
    expect(nameInShop('b')).toBe('b');
  });
});

describe('the last sync time', () => {
  it('stays before a change that waits for something it refers to, and passes it once that has come', async () => {
    const delivered = on.pim.clock;
    await on.delta();
    on.pim.clock += 60_000;
    on.pim.edit('b', { parent: 'd' });
    on.pim.clock += 60_000;
    expect((await on.delta()).watermark).toMatchObject({ lastSync: delivered, parked: 1 });
    on.pim.put('d', { sku: 'SKU-d', name: 'd' });
    on.pim.clock += 60_000;
    expect((await on.delta()).watermark).toMatchObject({ lastSync: on.pim.clock, parked: 0 });
    expect(on.shop.products.get('sku-b')?.fields.parent).toBe('SKU-d');
  });
});
