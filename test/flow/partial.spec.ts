import { SyncService, type SyncResult } from '../../src/sync/sync-service.js';
import { dryRun } from '../../src/sync/dry-run/dry-run.js';
import type { Chosen } from '../../src/sync/chosen.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { FindingPim } from '../kit/plain/finding-pim.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';
import { PlainPim } from '../kit/plain/plain-pim.js';

let test: TestDatabase;
let pim: FindingPim;
let on: PlainJourney;

beforeEach(async () => {
  test = await createTestDatabase();
  pim = new FindingPim();
  on = await plainJourney(test.database, { pim });
  for (let number = 1; number <= 9; number += 1)
    pim.put(`id-${number}`, { sku: `SKU-${number}`, name: 'first', family: number % 2 === 0 ? 'shoes' : 'hats' });
  pim.clock += 600_000;
});
afterEach(() => test.drop());

const request = (chosen: Chosen) =>
  ({ pipeline: 'products', kind: 'partial', trigger: 'command', limit: null, chosen, signal: new AbortController().signal }) as const;
const bring = (chosen: Chosen, journey = on): Promise<SyncResult> => new SyncService(journey.project).sync(request(chosen));
const shown = () => [...on.shop.products.values()].map(({ sku, fields }) => `${sku} ${String(fields.name)}`).sort();
const state = async () => (await test.database.query('SELECT last_sync, last_full_sync, last_pass FROM pipeline_state'))[0];

describe('a partial sync', () => {
  it('brings the keys that were named, once each, and nothing else', async () => {
    const result = await bring({ keys: ['id-3', 'id-1', 'id-3'] });
    expect(result).toMatchObject({ state: 'completed', kind: 'partial', counts: { seen: 2, enqueued: 2, settled: 2 } });
    expect(shown()).toEqual(['SKU-1 first', 'SKU-3 first']);
    expect(pim.requests).toEqual(['fetch']);
  });

  it('brings what the source finds, page by page, and reads each record once', async () => {
    const result = await bring({ filter: { family: 'shoes' } });
    expect(result).toMatchObject({ state: 'completed', counts: { seen: 4, enqueued: 4, settled: 4 } });
    expect(shown()).toEqual(['SKU-2 first', 'SKU-4 first', 'SKU-6 first', 'SKU-8 first']);
    expect(pim.requests).toEqual(['find', 'find']);
    expect((await bring({ filter: { family: 'hats', enabled: 'false' } })).counts).toMatchObject({ seen: 0 });
  });

  it('moves no cursor, is no full pass, and takes nothing for gone', async () => {
    await on.full();
    await on.delta();
    const before = { state: await state(), feeds: await test.database.query('SELECT * FROM feed_cursor') };
    const sightings = await test.database.query('SELECT * FROM sighting ORDER BY entity_key');
    pim.edit('id-2', { name: 'second' });
    pim.edit('id-3', { name: 'second' });
    pim.remove('id-9');
    await bring({ filter: { family: 'shoes' } });
    expect({ state: await state(), feeds: await test.database.query('SELECT * FROM feed_cursor') }).toEqual(before);
    expect(await test.database.query('SELECT * FROM sighting ORDER BY entity_key')).toEqual(sightings);
    expect(shown()).toContain('SKU-2 second');
    expect(shown()).toContain('SKU-3 first');
    expect(shown()).toContain('SKU-9 first');
    pim.clock += 60_000;
    // The delta finds both edits after it, and sends what is not there yet.
    expect((await on.delta()).counts).toMatchObject({ settled: 1, unchanged: 1 });
  });

  it('sends what a person asks for again although it is known, only where something differs', async () => {
    await on.full();
    on.shop.writes.length = 0;
    expect((await bring({ keys: ['id-1', 'id-2'] })).counts).toMatchObject({ unchanged: 2, settled: 0 });
    expect(on.shop.writes).toHaveLength(0);
  });

  it('revives a dead letter, and says of a key that does not exist that it waits', async () => {
    pim.edit('id-1', { price: 'wrong' });
    expect((await bring({ keys: ['id-1'] })).counts).toMatchObject({ dead: 1 });
    pim.edit('id-1', { price: 5 });
    expect((await bring({ keys: ['id-1', 'nobody'] })).counts).toMatchObject({ settled: 1, retried: 1 });
  });

  it('is shown by a dry run, which sends and queues nothing', async () => {
    const told = await dryRun(on.project, request({ filter: { family: 'shoes' } }));
    expect(told).toMatchObject({ kind: 'partial', totals: { seen: 4, create: 4 } });
    expect((await dryRun(on.project, { ...request({ keys: ['id-1', 'id-5'] }), limit: 1 })).totals).toMatchObject({ seen: 1, create: 1 });
    expect(on.shop.writes).toHaveLength(0);
    expect(await test.database.query('SELECT 1 FROM queue_entry')).toEqual([]);
  });

  it('says in one sentence what cannot be found by', async () => {
    expect(await bring({ filter: { familly: 'shoes' } })).toMatchObject({
      state: 'failed',
      message: 'pim cannot find records of product by familly: did you mean family?',
    });
    expect(await bring({ filter: { enabled: 'perhaps' } })).toMatchObject({
      message: 'the filter enabled is true or false, not "perhaps"',
    });
    const cannot = await plainJourney(test.database, { pim: new PlainPim() });
    expect(await bring({ filter: { family: 'shoes' } }, cannot)).toMatchObject({
      state: 'failed',
      message: 'pim cannot find records of product by a filter: name their keys with --keys FILE',
    });
  });
});
