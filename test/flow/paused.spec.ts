import { PauseService } from '../../src/queue/pause-service.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';

const anna = { kind: 'user', name: 'anna' } as const;
const pipeline = { kind: 'pipeline', name: 'products' } as const;

let test: TestDatabase;
let on: PlainJourney;
let people: PauseService;

beforeEach(async () => {
  test = await createTestDatabase();
  on = await plainJourney(test.database);
  people = new PauseService(test.database);
  for (let number = 1; number <= 40; number += 1) on.pim.put(`id-${number}`, { sku: `SKU-${number}`, name: `Name ${number}` });
  on.pim.clock += 600_000;
});

afterEach(async () => {
  await on.project.close();
  await test.drop();
});

function expectShopEqualsPim(): void {
  const bySku = (a: { sku?: unknown }, b: { sku?: unknown }): number => String(a.sku).localeCompare(String(b.sku));
  const wanted = [...on.pim.rows.values()].map(({ fields }) => fields).sort(bySku);
  expect([...on.shop.products.values()].map(({ fields }) => fields).sort(bySku)).toEqual(wanted);
}

it('a pipeline that is paused in the middle of a load ends with what is under way, and loses nothing', async () => {
  let batches = 0;
  on.shop.onWrite = async () => {
    if ((batches += 1) === 2) await people.pause(pipeline, 'stock-taking', anna);
  };
  const stopped = await on.full();
  expect(stopped).toMatchObject({ state: 'completed', message: 'nothing is delivered: paused by user anna (stock-taking)' });
  expect(on.shop.products.size).toBeLessThan(40);
  expect(stopped.open.ready + on.shop.products.size).toBe(40);
  on.pim.edit('id-7', { name: 'edited during the pause' });
  on.pim.clock += 60_000;
  expect(await on.delta()).toMatchObject({ state: 'completed', counts: { seen: 1, settled: 0 } });
  await people.resume(pipeline, null, anna);
  expect((await on.delta()).message).toBeNull();
  expectShopEqualsPim();
});

it('nothing is read from a connection that is paused, and a pass goes on at its page', async () => {
  await on.delta();
  await people.pause({ kind: 'connection', name: 'pim' }, 'maintenance', anna);
  on.pim.requests.length = 0;
  const refused = await on.full();
  expect(refused).toMatchObject({ state: 'failed', message: expect.stringContaining('a person paused the connection') as string });
  expect(on.pim.requests).toEqual([]);
  await people.resume({ kind: 'connection', name: 'pim' }, null, anna);
  await on.full();
  expectShopEqualsPim();
});

it('a connection that is paused gets nothing, while changes are still noticed', async () => {
  await on.delta();
  await people.pause({ kind: 'connection', name: 'shop' }, null, anna);
  expect(await on.full()).toMatchObject({ state: 'completed', counts: { seen: 40, enqueued: 40, settled: 0 } });
  expect(on.shop.writes).toEqual([]);
  await people.resume({ kind: 'connection', name: 'shop' }, null, anna);
  await on.drain();
  expectShopEqualsPim();
});

it('a drain delivers what waits, asks nothing new of the source, and ends', async () => {
  await on.delta();
  await people.pause(pipeline, null, anna);
  await on.full();
  await people.resume(pipeline, null, anna);
  on.pim.put('id-99', { sku: 'SKU-99' });
  on.pim.requests.length = 0;
  const drained = await on.drain();
  expect(drained).toMatchObject({ kind: 'drain', state: 'completed', counts: { seen: 0, settled: 40 }, open: { ready: 0, leased: 0 } });
  expect(new Set(on.pim.requests)).toEqual(new Set(['fetch']));
  expect(on.shop.products.has('sku-99')).toBe(false);
});
