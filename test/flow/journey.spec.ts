import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';

let test: TestDatabase;
let on: PlainJourney;

beforeEach(async () => {
  test = await createTestDatabase();
  on = await plainJourney(test.database);
  for (let number = 1; number <= 10; number += 1)
    on.pim.put(`id-${String(number).padStart(2, '0')}`, { sku: `SKU-${number}`, name: `Name ${number}`, price: number });
  on.pim.clock += 600_000;
});

afterEach(async () => {
  await on.project.close();
  await test.drop();
});

/** Every enabled record of the PIM stands in the shop with its own content, and nothing else is for sale there. */
function expectShopEqualsPim(): void {
  const wanted = [...on.pim.rows.values()]
    .filter((row) => row.fields.enabled !== false)
    .map(({ fields: { enabled: _, ...fields } }) => fields);
  const found = [...on.shop.products.values()].filter((product) => product.enabled).map((product) => product.fields);
  const bySku = (a: { sku?: unknown }, b: { sku?: unknown }): number => String(a.sku).localeCompare(String(b.sku));
  expect(found.sort(bySku)).toEqual(wanted.sort(bySku));
}

describe('a full sync', () => {
  it('brings every record into the shop and reads each of them once', async () => {
    const result = await on.full();
    expect(result).toMatchObject({ state: 'completed', message: null, counts: { seen: 10, enqueued: 10, settled: 10 }, open: {} });
    expectShopEqualsPim();
    expect(on.pim.requests.filter((request) => request === 'fetch')).toHaveLength(0);
  });

  it('writes nothing the second time', async () => {
    await on.full();
    on.shop.writes.length = 0;
    const again = await on.full();
    expect(again.counts).toMatchObject({ seen: 10, unchanged: 10, settled: 0 });
    expect(on.shop.writes).toHaveLength(0);
  });

  it('that fails in the middle of the listing removes nothing, keeps its place and is taken up again there', async () => {
    await on.full();
    on.pim.remove('id-03');
    let pages = 0;
    on.pim.onRequest = (request) => {
      if (request === 'keys' && (pages += 1) === 3) throw new Error('the PIM has gone away');
    };
    expect(await on.full()).toMatchObject({ state: 'failed', message: 'the PIM has gone away' });
    expect(on.shop.products.has('sku-3')).toBe(true);
    on.pim.onRequest = () => undefined;
    on.pim.requests.length = 0;
    expect(await on.full()).toMatchObject({ state: 'completed' });
    expect(on.pim.requests.filter((request) => request === 'keys').length).toBeLessThan(4);
    expect(on.shop.products.has('sku-3')).toBe(false);
  });

  it('whose listing comes back empty deletes nothing and says what it held', async () => {
    await on.full();
    on.pim.listsNothing = true;
    const result = await on.full();
    expect(result.counts.held).toBe(10);
    expect(result.message).toMatch(/10 removals are held.*listed nothing/);
    expect(on.shop.products.size).toBe(10);
  });
});

describe('a delta sync', () => {
  beforeEach(async () => {
    await on.full();
    on.shop.writes.length = 0;
  });

  it('sends what was edited and no more', async () => {
    on.pim.edit('id-04', { name: 'New' });
    on.pim.edit('id-07', { price: 99 });
    on.pim.clock += 60_000;
    const result = await on.delta();
    expect(result.counts.settled).toBe(2);
    expect(on.shop.writes.map((item) => item.key)).toEqual(['product:all:-:id-04', 'product:all:-:id-07']);
    expectShopEqualsPim();
  });

  it('finds both records with one timestamp on either side of a page border', async () => {
    for (const key of ['id-01', 'id-02', 'id-03', 'id-04', 'id-05', 'id-06', 'id-07']) on.pim.edit(key, { name: 'same second' });
    on.pim.clock += 60_000;
    expect((await on.delta()).counts.settled).toBe(7);
    expectShopEqualsPim();
  });

  it('finds the second of two edits within one second', async () => {
    on.pim.clock += 60_000;
    on.pim.edit('id-04', { name: 'first' });
    await on.delta();
    on.pim.edit('id-04', { name: 'second' });
    on.pim.clock += 60_000;
    await on.delta();
    expectShopEqualsPim();
  });

  it('does not open an entry again for what it has seen and settled', async () => {
    on.pim.edit('id-04', { name: 'New' });
    on.pim.clock += 30_000;
    await on.delta();
    const again = await on.delta();
    expect(again.counts).toMatchObject({ seen: 1, filtered: 1, enqueued: 0 });
  });

  it('brings an edit that was made while its batch was on the way', async () => {
    on.pim.edit('id-04', { name: 'B' });
    on.pim.clock += 60_000;
    on.shop.onWrite = () => {
      on.pim.clock += 5_000;
      on.pim.edit('id-04', { name: 'C' });
      on.shop.onWrite = () => undefined;
    };
    await on.delta();
    on.pim.clock += 60_000;
    await on.delta();
    expectShopEqualsPim();
  });

  it('ends with A when a value goes A to B to A and the answer to B is lost', async () => {
    on.pim.edit('id-04', { name: 'B' });
    on.pim.clock += 60_000;
    on.shop.fault = 'answer-lost';
    on.shop.onWrite = () => {
      if (on.shop.writes.length > 0) on.shop.fault = 'none';
      else {
        on.pim.clock += 5_000;
        on.pim.edit('id-04', { name: 'Name 4' });
      }
    };
    await on.delta();
    on.pim.clock += 60_000;
    await on.delta();
    expect(on.shop.products.get('sku-4')?.fields.name).toBe('Name 4');
    expectShopEqualsPim();
  });

  it('takes down what no longer qualifies, and brings it back', async () => {
    on.pim.edit('id-04', { enabled: false });
    on.pim.clock += 60_000;
    expect((await on.delta()).counts.removed).toBe(1);
    expectShopEqualsPim();
    on.pim.edit('id-04', { enabled: true });
    on.pim.clock += 60_000;
    await on.delta();
    expect(on.shop.products.get('sku-4')?.enabled).toBe(true);
  });

  it('moves the last sync time to the end of its window, and not past what it could not deliver', async () => {
    const before = on.pim.clock;
    expect((await on.delta()).watermark.lastSync).toBe(before);
    on.pim.clock += 60_000;
    on.pim.edit('id-04', { price: 'wrong' });
    on.pim.edit('id-05', { name: 'fine' });
    const result = await on.delta();
    expect(result.watermark).toMatchObject({ lastSync: on.pim.clock, dead: 1 });
    expect(on.shop.products.get('sku-5')?.fields.name).toBe('fine');
  });

  it('keeps cursor and last sync time where they were when the source fails', async () => {
    const { lastSync } = (await on.delta()).watermark;
    on.pim.clock += 60_000;
    on.pim.edit('id-04', { name: 'New' });
    on.pim.onRequest = () => {
      throw new Error('the PIM has gone away');
    };
    expect(await on.delta()).toMatchObject({ state: 'failed', watermark: { lastSync } });
    on.pim.onRequest = () => undefined;
    on.pim.clock += 600_000;
    await on.delta();
    expectShopEqualsPim();
  });

  it('waits for a shop that is down, and loses and counts nothing', async () => {
    on.pim.edit('id-04', { name: 'New' });
    on.pim.clock += 60_000;
    on.shop.fault = 'down';
    let calls = 0;
    on.shop.onWrite = () => {
      if ((calls += 1) > 4) on.shop.fault = 'none';
    };
    const result = await on.delta();
    expect(result).toMatchObject({ state: 'completed', open: {} });
    expect(result.counts.dead).toBe(0);
    expectShopEqualsPim();
  });
});

describe('a sweep', () => {
  it('finds what was deleted, and removes it after the source has said so', async () => {
    await on.full();
    on.pim.remove('id-03');
    on.pim.remove('id-08');
    const result = await on.sweep();
    expect(result.counts).toMatchObject({ removed: 2, held: 0 });
    expectShopEqualsPim();
  });

  it('does not swallow an edit that only it has seen so far', async () => {
    await on.full();
    on.pim.edit('id-05', { name: 'edited before the sweep' });
    on.pim.clock += 60_000;
    await on.sweep();
    await on.delta();
    expectShopEqualsPim();
  });

  it('holds more removals than the guard allows for a person, and removes none of them', async () => {
    await on.full();
    for (const key of ['id-01', 'id-02', 'id-03', 'id-04', 'id-05', 'id-06']) on.pim.remove(key);
    const result = await on.sweep();
    expect(result.counts).toMatchObject({ removed: 0, held: 6 });
    expect(on.shop.products.size).toBe(10);
    expect(await test.database.query('SELECT state FROM held_removal')).toEqual([{ state: 'held' }]);
  });
});

describe('one address, two entities', () => {
  beforeEach(async () => {
    await on.full();
  });

  it('a SKU deleted under one id and created under another ends present', async () => {
    on.pim.remove('id-04');
    on.pim.put('id-99', { sku: 'SKU-4', name: 'reborn' });
    on.pim.clock += 60_000;
    await on.delta();
    await on.sweep();
    expect(on.shop.products.get('sku-4')?.fields.name).toBe('reborn');
    expectShopEqualsPim();
  });

  it('two swapped SKUs end with each other’s content', async () => {
    on.pim.edit('id-04', { sku: 'SKU-5' });
    on.pim.edit('id-05', { sku: 'SKU-4' });
    on.pim.clock += 60_000;
    await on.delta();
    expectShopEqualsPim();
  });

  it('a renamed SKU is renamed, not deleted and created', async () => {
    on.pim.edit('id-04', { sku: 'SKU-NEW' });
    on.pim.clock += 60_000;
    on.shop.writes.length = 0;
    await on.delta();
    expect(on.shop.writes).toHaveLength(1);
    expect(on.shop.writes[0]).toMatchObject({ operation: 'write', targetId: 'SKU-4' });
    expectShopEqualsPim();
  });
});

describe('references', () => {
  it('a child goes after its parent, within one batch and from a later one', async () => {
    on.pim.put('id-00', { sku: 'CHILD', parent: 'id-55' });
    on.pim.put('id-55', { sku: 'PARENT' });
    on.pim.put('id-56', { sku: 'CHILD-2', parent: 'ID-55' });
    on.pim.clock += 60_000;
    await on.full();
    await on.delta();
    expect(on.shop.products.get('child')?.fields.parent).toBe('PARENT');
    expect(on.shop.products.get('child-2')?.fields.parent).toBe('PARENT');
  });

  it('two that refer weakly to each other both end with the reference', async () => {
    on.pim.put('id-00', { sku: 'A', related: 'id-99' });
    on.pim.put('id-99', { sku: 'B', related: 'id-00' });
    on.pim.clock += 60_000;
    await on.full();
    expect(on.shop.products.get('a')?.fields.related).toBe('B');
    expect(on.shop.products.get('b')?.fields.related).toBe('A');
  });
});

describe('two products of one batch that refer weakly to each other', () => {
  it('both end with the reference, though neither was there when the other left', async () => {
    on.pim.put('id-98', { sku: 'A', related: 'id-99' });
    on.pim.put('id-99', { sku: 'B', related: 'id-98' });
    on.pim.pageSize = 100;
    on.pim.clock += 60_000;
    await on.full();
    expect(on.shop.products.get('a')?.fields.related).toBe('B');
    expect(on.shop.products.get('b')?.fields.related).toBe('A');
    on.shop.writes.length = 0;
    await on.full();
    expect(on.shop.writes).toEqual([]);
  });
});

describe('a changed mapping', () => {
  it('goes over every key with the next delta, and an outdated worker settles nothing', async () => {
    await on.full();
    const newer = await plainJourney(test.database, { pim: on.pim, shop: on.shop, pipeline: { hash: 'plain-2' } });
    on.pim.edit('id-04', { name: 'New' });
    on.pim.clock += 60_000;
    on.shop.writes.length = 0;
    const result = await newer.delta();
    expect(result.counts.seen).toBeGreaterThanOrEqual(10);
    expect(on.shop.writes).toHaveLength(1);
  });
});

describe('a row in doubt that nobody is about to send', () => {
  it('is read again and sent whole with the next run, whatever the run is about', async () => {
    await on.full();
    await test.database.query(`UPDATE mirror_document SET in_doubt = true WHERE entity_key = 'id-04'`);
    on.shop.products.delete('sku-4');
    await on.delta();
    expect(on.shop.products.get('sku-4')?.fields.name).toBe('Name 4');
    expect(await test.database.query('SELECT 1 FROM mirror_document WHERE in_doubt')).toEqual([]);
  });
});
