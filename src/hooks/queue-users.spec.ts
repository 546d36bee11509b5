import { createTestDatabase, type TestDatabase } from '../../test/kit/database.js';
import type { Subscription } from '../mapping/subscription.js';
import { enqueueDeliveries } from '../queue/sql/enqueue-deliveries.js';
import { queueUsers } from './queue-users.js';

const subscription = (name: string, related: readonly string[], events: Subscription['events'] = { direct: false }): Subscription => ({
  name,
  source: { connection: 'pim', entity: 'product' },
  events,
  queue: { priority: { created: 0, updated: 0, deleted: 0 }, watch: null },
  related,
  inherits: [],
});

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
  for (const pipeline of ['products', 'deaf', 'others'])
    await test.database.query(`INSERT INTO reference VALUES ($1, 'a', 'pim/category', 'x', 'weak'), ($1, 'b', 'pim/family', 'x', 'weak')`, [
      pipeline,
    ]);
  const related = ['category', 'family'].map((entity) => ({ feed: `pim/${entity}`, key: 'x' }));
  await enqueueDeliveries(test.database, [{ connection: 'pim', id: null, entries: [], related }]);
});
afterEach(() => test.drop());

const work = (leaseMs = 30_000) =>
  queueUsers(
    test.database,
    [subscription('products', ['category', 'family']), subscription('deaf', ['category'], null), subscription('others', ['family'])],
    leaseMs,
  );
const queued = async () =>
  (await test.database.query<{ entry: string }>(`SELECT pipeline || ' ' || entity_key AS entry FROM queue_entry ORDER BY 1`)).map(
    ({ entry }) => entry,
  );

it('queues whoever uses it, where pipelines name it and take events, and is done then', async () => {
  expect(await work()).toBe(2);
  expect(await queued()).toEqual(['others b', 'products a', 'products b']);
  expect(await work(0)).toBe(0);
});

it('is not done with a hint before its users are queued', async () => {
  await test.database.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'lost'; END $$;`);
  await test.database.query('CREATE TRIGGER lost BEFORE INSERT ON queue_entry FOR EACH ROW EXECUTE FUNCTION refuse()');
  await expect(work(0)).rejects.toThrow('lost');
  await test.database.query('DROP TRIGGER lost ON queue_entry');
  await work();
  expect(await queued()).toEqual(['others b', 'products a', 'products b']);
});
