import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { PlainPim } from '../kit/plain/plain-pim.js';
import { plainService, stopServices, type PlainService } from '../kit/plain/plain-service.js';
import { until } from '../kit/until.js';

const products = 24;

let test: TestDatabase;
let locks: Client;
let service: PlainService;

beforeEach(async () => {
  test = await createTestDatabase();
  locks = new Client({ connectionString: test.url });
  await locks.connect();
});

afterEach(async () => {
  await locks.end();
  await stopServices();
  await service.project.close();
  await test.drop();
});

it.each([1, 2])('the shop has the next batch while one is being settled, and never more than %d at once', async (concurrency) => {
  const pim = new PlainPim();
  for (let number = 1; number <= products; number += 1) pim.put(`id-${number}`, { sku: `SKU-${number}`, name: `Name ${number}` });
  pim.clock += 600_000;
  service = await plainService(test.database, pim, ['a'], { pipeline: { batch: { items: 4, bytes: 1_000_000, concurrency } } });
  const shop = [...service.shops.values()][0];
  if (!shop) throw new Error('there is no shop');
  let [calls, underWay, most] = [0, 0, 0];
  let isHeld = false;
  shop.onWrite = async () => {
    calls += 1;
    underWay += 1;
    most = Math.max(most, underWay);
    if (calls === 1) {
      // Whoever settles it waits for this.
      await locks.query('BEGIN');
      await locks.query('SELECT 1 FROM mirror_document ORDER BY document_key FOR UPDATE');
      isHeld = true;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    underWay -= 1;
  };
  await service.start().tick();
  await until('the lock', () => isHeld);
  await until('another batch at the shop than those that were let go with the first', () => calls > concurrency);
  await locks.query('COMMIT');
  await until('everything in the shop', () => shop.products.size === products);
  expect(most).toBeLessThanOrEqual(concurrency);
});
