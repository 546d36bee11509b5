import { createTestDatabase, type TestDatabase } from '../../test/kit/database.js';
import type { Subscription } from '../mapping/subscription.js';
import { enqueueDeliveries } from '../queue/sql/enqueue-deliveries.js';
import { openEventRuns } from '../sync/runs/sql/event-runs.js';
import { queueUsers } from './queue-users.js';

const subscription = (name: string, related: readonly string[], events: Subscription['events'] = { direct: false }): Subscription => ({
  name,
  source: { connection: 'pim', entity: 'product' },
  events,
  queue: { priority: { created: 0, updated: 0, deleted: 0 }, watch: null },
  related,
  inherits: [],
  hasAfter: false,
});

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
  for (const pipeline of ['products', 'deaf', 'others'])
    await test.database.query(`INSERT INTO reference VALUES ($1, 'a', 'pim/category', 'x', 'weak'), ($1, 'b', 'pim/family', 'x', 'weak')`, [
      pipeline,
    ]);
  const related = ['category', 'family'].map((entity) => ({ feed: `pim/${entity}`, key: 'x' }));
  await enqueueDeliveries(test.database, [{ connection: 'pim', id: null, entries: [], related }], new Map());
});
afterEach(() => test.drop());

const runsFor = async (pipelines: readonly string[]): Promise<Map<string, number>> => {
  const brought = pipelines.map((pipeline) => ({ pipeline, after: false }));
  return new Map((await openEventRuns(test.database, brought, 60_000)).map(({ pipeline, run }) => [pipeline, run]));
};
const work = (leaseMs = 30_000) =>
  queueUsers(
    test.database,
    [subscription('products', ['category', 'family']), subscription('deaf', ['category'], null), subscription('others', ['family'])],
    runsFor,
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

it('counts them for the event run of their pipeline, and what is begun again as told again', async () => {
  const counts = () =>
    test.database.query(
      `SELECT r.pipeline, r.counts, (SELECT count(*) FROM queue_entry e WHERE e.pipeline = r.pipeline AND e.run = r.id) AS entries FROM sync_run r ORDER BY 1`,
    );
  await work();
  expect(await counts()).toEqual([
    { pipeline: 'others', counts: { seen: 1, enqueued: 1, coalesced: 0, filtered: 0 }, entries: 1 },
    { pipeline: 'products', counts: { seen: 2, enqueued: 2, coalesced: 0, filtered: 0 }, entries: 2 },
  ]);
  await enqueueDeliveries(
    test.database,
    [{ connection: 'pim', id: null, entries: [], related: [{ feed: 'pim/category', key: 'x' }] }],
    new Map(),
  );
  await work();
  expect(await counts()).toMatchObject([
    { pipeline: 'others', counts: { seen: 1 } },
    { pipeline: 'products', counts: { seen: 3, enqueued: 2, coalesced: 1, filtered: 0 } },
  ]);
});
