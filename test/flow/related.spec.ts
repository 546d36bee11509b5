import { readChanges } from '../../src/queue-builder/read-changes.js';
import { dryRun } from '../../src/sync/dry-run/dry-run.js';
import { SyncService } from '../../src/sync/sync-service.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';
import { RelatedPim, usesCategories } from '../kit/plain/related-pim.js';

let test: TestDatabase;
let pim: RelatedPim;
let on: PlainJourney;

beforeEach(async () => {
  test = await createTestDatabase();
  pim = new RelatedPim();
  for (const key of ['x', 'y', 'z']) pim.categories.put(key, { label: key });
  for (const [key, categories] of Object.entries({ a: ['x'], b: ['x', 'y'], c: ['y'], d: [] })) pim.put(key, { sku: key, categories });
  on = await plainJourney(test.database, { pim, pipeline: usesCategories });
  pim.tick(600_000);
  await on.full();
  pim.tick(600_000);
});
afterEach(async () => {
  await on.project.close();
  await test.drop();
});

const relatedFeed = () => {
  const [feed] = on.project.relatedFeeds(on.project.context('products'));
  if (!feed) throw new Error('nothing is related');
  return feed;
};
const readRelated = (feed = relatedFeed()) =>
  readChanges(test.database, feed, {
    owner: 'reader',
    leaseMs: 5_000,
    signal: new AbortController().signal,
    runs: new Map(),
    enqueued: () => undefined,
  });
const names = () => Object.fromEntries([...on.shop.products.values()].map(({ sku, fields }) => [sku, fields.name]));

/** What was written since, and what was read for that, by SKU; and whether the catalogue was listed. */
async function after(work: () => void, run = () => on.delta()): Promise<{ written: unknown[]; read: string[]; listed: boolean }> {
  on.shop.writes.length = 0;
  pim.requests.length = 0;
  pim.fetched.length = 0;
  work();
  // Within the overlap.
  pim.tick(20_000);
  await run();
  return {
    written: on.shop.writes.map(({ fields }) => fields.sku).sort(),
    read: [...pim.fetched].sort(),
    listed: pim.requests.includes('keys'),
  };
}

describe('a change of what records show', () => {
  it('sends exactly those that use it, and reads no catalogue to find them', async () => {
    const seen = await after(() => pim.categories.edit('x', { label: 'X' }));
    expect(seen).toEqual({ written: ['a', 'b'], read: ['a', 'b'], listed: false });
    expect(names()).toEqual({ a: 'X', b: 'X y', c: 'y', d: '' });
  });

  it('queues nobody where nobody uses it', async () => {
    expect(await after(() => pim.categories.edit('z', { label: 'Z' }))).toEqual({ written: [], read: [], listed: false });
  });

  it('is passed on once, however often the overlap shows it', async () => {
    await after(() => pim.categories.edit('x', { label: 'X' }));
    expect((await after(() => undefined)).read).toEqual([]);
  });

  it('comes a second time where it was edited twice within one second', async () => {
    pim.categories.edit('x', { label: 'X' });
    await on.delta();
    pim.categories.edit('x', { label: 'XX' });
    await on.delta();
    expect(names()).toMatchObject({ a: 'XX', b: 'XX y' });
  });

  it('is found within the overlap, too: it may be stamped before the feed was read last', async () => {
    pim.categories.clock -= 30_000;
    pim.categories.edit('x', { label: 'X' });
    pim.categories.clock += 30_000;
    await on.delta();
    pim.categories.clock -= 30_000;
    pim.categories.edit('y', { label: 'Y' });
    expect((await after(() => undefined)).written).toEqual(['b', 'c']);
  });

  it('reaches a record that waits with what was read of it before', async () => {
    pim.carriesRecords = true;
    pim.edit('a', { price: 1 });
    pim.tick(60_000);
    const signal = new AbortController().signal;
    const request = { pipeline: 'products', kind: 'delta' as const, trigger: 'schedule' as const, limit: null, signal };
    await new SyncService(on.project).sync({ ...request, deliver: false });
    pim.categories.edit('x', { label: 'X' });
    pim.tick(60_000);
    await readRelated();
    await on.drain();
    expect(names()).toMatchObject({ a: 'X', b: 'X y' });
  });

  it('no longer concerns who has left it, and concerns who has come', async () => {
    await after(() => {
      pim.edit('a', { categories: ['y'] });
      pim.edit('d', { categories: ['x'] });
    });
    pim.tick(600_000);
    await on.delta();
    expect((await after(() => pim.categories.edit('x', { label: 'X' }))).read).toEqual(['b', 'd']);
  });

  it('concerns who does not qualify for the shop, too', async () => {
    await after(() => pim.edit('a', { name: 'hidden', enabled: false }));
    expect(names()).not.toHaveProperty('a');
    pim.tick(600_000);
    await on.delta();
    expect((await after(() => pim.categories.edit('x', { label: 'X' }))).read).toEqual(['a', 'b']);
  });

  it('concerns nobody who is gone', async () => {
    await after(
      () => pim.remove('a'),
      () => on.sweep(),
    );
    expect((await after(() => pim.categories.edit('x', { label: 'X' }))).read).toEqual(['b']);
  });
});

describe('a dry run', () => {
  it('shows what a change of what records show would send, and changes nothing', async () => {
    pim.categories.edit('x', { label: 'X' });
    pim.tick(60_000);
    const foreseen = await dryRun(on.project, { pipeline: 'products', kind: 'delta', limit: null, signal: new AbortController().signal });
    expect(foreseen.documents.map(({ entity, action }) => `${entity} ${action}`).sort()).toEqual(['a update', 'b update']);
    expect((await after(() => undefined)).written).toEqual(['a', 'b']);
  });
});

describe('what a change of something else queues', () => {
  const queued = () =>
    test.database.query<object>('SELECT entity_key AS key, cause, hold, kind FROM queue_entry WHERE pipeline = $1 ORDER BY 1', [
      'products',
    ]);

  it('holds no last sync time (rule 15), and stands in the queue before the feed moves on', async () => {
    pim.categories.edit('x', { label: 'X' });
    pim.tick(60_000);
    const cursor = () => test.database.query('SELECT cursor, moves FROM feed_cursor WHERE feed = $1', ['pim/category']);
    const before = await cursor();
    // The database is lost while the first user is queued: the feed stands where it stood.
    await test.database.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'lost'; END $$;`);
    await test.database.query('CREATE TRIGGER lost BEFORE INSERT ON queue_entry FOR EACH ROW EXECUTE FUNCTION refuse()');
    await expect(readRelated()).rejects.toThrow('lost');
    expect(await cursor()).toEqual(before);
    await test.database.query('DROP TRIGGER lost ON queue_entry');
    expect(await readRelated()).toBe('complete');
    expect(await queued()).toEqual(['a', 'b'].map((key) => ({ key, cause: 'reference', hold: null, kind: 'updated' })));
    expect(await cursor()).not.toEqual(before);
  });

  it('is more than one statement takes, where many use it', async () => {
    await test.database.query(
      `INSERT INTO reference SELECT 'products', 'k' || n, 'pim/category', 'z', 'weak' FROM generate_series(1, 2500) AS n`,
    );
    pim.categories.edit('z', { label: 'Z' });
    await readRelated();
    expect(await queued()).toHaveLength(2_500);
  });
});

describe('a record that is mapped for the first time while what it shows changes', () => {
  it('is mapped again: it was read before the change, and nobody knew of its use', async () => {
    pim.afterFetch = async () => {
      pim.afterFetch = () => Promise.resolve();
      pim.categories.edit('z', { label: 'Z' });
      // The delta itself may be reading the feed just now.
      while ((await readRelated()) === 'busy') await new Promise((resolve) => setTimeout(resolve, 5));
    };
    pim.put('e', { sku: 'e', categories: ['z'] });
    await on.delta();
    expect(names().e).toBe('Z');
  });
});

describe('one feed for all who use it', () => {
  it('queues the records of another pipeline, too', async () => {
    await test.database.query(
      `INSERT INTO reference SELECT 'others', entity_key, ref_pipeline, ref_key, strength FROM reference WHERE pipeline = 'products'`,
    );
    pim.categories.edit('x', { label: 'X' });
    await readRelated({ ...relatedFeed(), usedBy: ['products', 'others'] });
    const rows = await test.database.query<{ pipeline: string; key: string }>(
      'SELECT pipeline, entity_key AS key FROM queue_entry ORDER BY 1, 2',
    );
    expect(rows.map(({ pipeline, key }) => `${pipeline} ${key}`)).toEqual(['others a', 'others b', 'products a', 'products b']);
  });
});
