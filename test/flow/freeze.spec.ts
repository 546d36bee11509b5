import { FreezeService } from '../../src/queue/freeze-service.js';
import { readStatus } from '../../src/sync/read-status.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';

const anna = { kind: 'user', name: 'anna' } as const;

let test: TestDatabase;
let on: PlainJourney;
let people: FreezeService;

beforeEach(async () => {
  test = await createTestDatabase();
  on = await plainJourney(test.database);
  people = new FreezeService(test.database);
  for (let number = 1; number <= 5; number += 1)
    on.pim.put(`id-${number}`, { sku: `SKU-${number}`, name: `Name ${number}`, price: number });
  on.pim.clock += 600_000;
  await on.full();
  on.pim.clock += 600_000;
  await on.delta();
  on.shop.writes.length = 0;
});

afterEach(async () => {
  await on.project.close();
  await test.drop();
});

const inShop = (sku: string) => [...on.shop.products.values()].find(({ fields }) => fields.sku === sku)?.fields;
const freeze = (...except: string[]) => people.freeze('shop', { except, reason: 'sale day' }, anna);
const entries = () =>
  test.database.query<{ key: string; state: string; code: string }>(
    'SELECT entity_key AS key, state, error_code AS code FROM queue_entry ORDER BY entity_key',
  );

function expectShopEqualsPim(): void {
  const bySku = (a: { sku?: unknown }, b: { sku?: unknown }): number => String(a.sku).localeCompare(String(b.sku));
  const wanted = [...on.pim.rows.values()].map(({ fields }) => fields).sort(bySku);
  expect([...on.shop.products.values()].map(({ fields }) => fields).sort(bySku)).toEqual(wanted);
}

it('of a frozen shop only the named fields change; what was held back goes out without a full pass', async () => {
  await freeze('price');
  on.pim.edit('id-1', { name: 'new name', price: 10 });
  on.pim.edit('id-2', { name: 'only a name' });
  on.pim.edit('id-3', { price: 30 });
  on.pim.put('id-6', { sku: 'SKU-6', name: 'new product', price: 6 });
  on.pim.remove('id-4');
  on.pim.clock += 600_000;
  const { counts } = await on.full();
  expect(inShop('SKU-1')).toEqual({ sku: 'SKU-1', name: 'Name 1', price: 10 });
  expect(inShop('SKU-2')).toEqual({ sku: 'SKU-2', name: 'Name 2', price: 2 });
  expect(inShop('SKU-3')).toEqual({ sku: 'SKU-3', name: 'Name 3', price: 30 });
  expect(inShop('SKU-4')).toBeDefined();
  expect(inShop('SKU-6')).toBeUndefined();
  // What flowed whole is settled, what was held back waits, whatever of it was sent.
  expect(counts).toMatchObject({ settled: 1, dead: 0, parked: 4 });
  expect(await entries()).toEqual(['id-1', 'id-2', 'id-4', 'id-6'].map((key) => ({ key, state: 'parked', code: 'frozen' })));

  // News of what waits: its price flows again, and nothing else.
  on.pim.edit('id-1', { price: 11 });
  on.pim.clock += 600_000;
  await on.delta();
  expect(inShop('SKU-1')).toEqual({ sku: 'SKU-1', name: 'Name 1', price: 11 });
  const sent = on.shop.writes.length;
  await test.database.query(`UPDATE queue_entry SET due_at = now() - interval '1 s'`);
  await on.drain();
  // Looked at again, and nothing is sent twice.
  expect(on.shop.writes).toHaveLength(sent);
  expect((await entries()).map(({ state }) => state)).toEqual(['parked', 'parked', 'parked', 'parked']);

  expect(await people.unfreeze('shop', null, anna)).toEqual({ wasFrozen: true, released: 4 });
  await on.drain();
  expectShopEqualsPim();
  expect(await entries()).toEqual([]);
});

it('the last sync time waits for what is held back', async () => {
  await freeze();
  on.pim.edit('id-1', { name: 'new name' });
  on.pim.clock += 600_000;
  const before = (await on.delta()).watermark.lastSync;
  on.pim.clock += 600_000;
  expect((await on.delta()).watermark.lastSync).toBe(before);
  await people.unfreeze('shop', null, anna);
  expect((await on.drain()).watermark.lastSync).toBeGreaterThan(before ?? 0);
  expectShopEqualsPim();
});

it('what is unfrozen while a batch is under way does not wait for its next check', async () => {
  await freeze('price');
  on.pim.edit('id-1', { name: 'new name', price: 10 });
  on.pim.clock += 600_000;
  on.shop.onWrite = async () => {
    on.shop.onWrite = () => undefined;
    await people.unfreeze('shop', null, anna);
  };
  await on.delta();
  expect(inShop('SKU-1')).toEqual({ sku: 'SKU-1', name: 'new name', price: 10 });
  expect(await entries()).toEqual([]);
});

it('a refusal of what was sent meanwhile is no end: it is tried whole once that may be', async () => {
  await freeze('price');
  on.pim.edit('id-1', { name: 'reduced', price: 'wrong' });
  on.pim.clock += 600_000;
  await on.delta();
  await test.database.query(`UPDATE queue_entry SET due_at = now() - interval '1 s'`);
  const sent = on.shop.writes.length;
  expect(sent).toBe(1);
  await on.drain();
  expect(on.shop.writes).toHaveLength(sent);
  expect(await entries()).toEqual([{ key: 'id-1', state: 'parked', code: 'frozen' }]);
  on.pim.edit('id-1', { price: 9 });
  on.pim.clock += 600_000;
  await people.unfreeze('shop', null, anna);
  await on.delta();
  expectShopEqualsPim();
});

it('shows who froze it, and refuses what makes no sense', async () => {
  await freeze('price');
  expect(await readStatus(test.database)).toMatchObject([{ frozen: { by: 'user anna', reason: 'sale day', except: ['price'] } }]);
  await freeze('price', 'name');
  expect(await readStatus(test.database)).toMatchObject([{ frozen: { except: ['price', 'name'] } }]);
  await expect(people.freeze('pim', { except: [], reason: null }, anna)).rejects.toMatchObject({ kind: 'wrong' });
  await expect(people.freeze('shopp', { except: [], reason: null }, anna)).rejects.toMatchObject({ kind: 'unknown' });
  await expect(freeze('prize', 'name')).rejects.toMatchObject({
    kind: 'wrong',
    message: 'No mapping writes "prize" to shop: did you mean price?',
  });
  await expect(freeze('price.gross')).rejects.toMatchObject({ kind: 'wrong' });
  expect(await readStatus(test.database)).toMatchObject([{ frozen: { except: ['price', 'name'] } }]);
  // A database of a version that did not write down what mappings write.
  await test.database.query(`UPDATE pipeline_state SET owned_fields = '{}'`);
  await freeze('prize');
  await people.unfreeze('shop', null, anna);
  expect(await people.unfreeze('shop', null, anna)).toEqual({ wasFrozen: false, released: 0 });
  const log = await test.database.query<{ action: string }>('SELECT action FROM audit_log ORDER BY id');
  expect(log.map(({ action }) => action)).toEqual(['freeze', 'freeze', 'freeze', 'unfreeze', 'unfreeze']);
});
