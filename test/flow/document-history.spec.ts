import type { Log } from '../../src/logging/log.js';
import { readHistory, type HistoryRow } from '../../src/mirror/sql/read-history.js';
import { QueueService } from '../../src/queue/queue-service.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';

let test: TestDatabase;
let journey: PlainJourney;
const warned: string[] = [];
const log: Log = { debug: () => undefined, info: () => undefined, warn: (message) => void warned.push(message), error: () => undefined };

beforeAll(async () => {
  test = await createTestDatabase();
  journey = await plainJourney(test.database, { log });
});
afterAll(() => test.drop());

const historyOf = (entityKey: string): Promise<HistoryRow[]> => readHistory(test.database, { pipelines: ['products'], entityKey });
async function edit(key: string, fields: Record<string, string | number>): Promise<void> {
  journey.pim.clock += 10_000;
  journey.pim.edit(key, fields);
  await journey.delta();
}

describe('what was delivered of a document', () => {
  it('is remembered with its run and the names of what changed, the last ten contents of it', async () => {
    journey.pim.put('a', { sku: 'A', name: 'lamp', price: 1 });
    journey.pim.put('b', { sku: 'B', name: 'desk' });
    const { run } = await journey.full();
    expect(await historyOf('a')).toMatchObject([
      { run, whole: true, changedFields: [], state: 'live', documentKey: 'product:all:-:a', connection: 'shop' },
    ]);
    for (let n = 2; n <= 12; n += 1) await edit('a', n === 12 ? { price: n, name: 'lantern' } : { price: n });
    const history = await historyOf('a');
    expect(history).toHaveLength(10);
    expect(history[0]?.changedFields).toEqual(['name', 'price']);
    expect(history.slice(1).every(({ changedFields }) => changedFields.join() === 'price')).toBe(true);
    expect(new Set(history.map(({ hash }) => hash)).size).toBe(10);
    // Nothing of the other one was forgotten for it.
    expect(await historyOf('b')).toHaveLength(1);
  });

  it('is not the same content sent whole once more, because nobody knew whether it had arrived', async () => {
    const before = await historyOf('b');
    const writes = journey.shop.writes.length;
    await test.database.query(
      `UPDATE mirror_document SET in_doubt = true, doubt_before = true, send_number = nextval('send_seq') WHERE entity_key = 'b'`,
    );
    await journey.full();
    expect(journey.shop.writes.length).toBeGreaterThan(writes);
    expect(await historyOf('b')).toEqual(before);
    // Of one in doubt that did change, only that.
    await test.database.query(
      `UPDATE mirror_document SET in_doubt = true, doubt_before = true, send_number = nextval('send_seq') WHERE entity_key = 'b'`,
    );
    await edit('b', { name: 'table' });
    expect((await historyOf('b'))[0]).toMatchObject({ whole: false, changedFields: ['name'] });
  });

  it('is told together with what waits and what failed', async () => {
    await edit('b', { price: 'wrong' });
    const shown = await new QueueService(test.database).show('products', 'b');
    expect(shown.timeline.map(({ what }) => what)).toEqual(['failed', 'queued', 'delivered', 'delivered']);
    await edit('b', { price: 2 });
    journey.pim.remove('b');
    await journey.sweep();
    const after = await new QueueService(test.database).show('products', 'b');
    expect(after.entry).toBeNull();
    expect(after.timeline[0]).toMatchObject({ what: 'taken-down', detail: 'delete' });
  });

  it('is written later where the database did not take it, and holds nothing up', async () => {
    await test.database.query('ALTER TABLE document_history RENAME TO elsewhere');
    await edit('a', { price: 20 });
    expect(warned).toContain('the history of documents could not be written');
    expect(journey.shop.products.get('a')?.fields).toMatchObject({ price: 20 });
    await test.database.query('ALTER TABLE elsewhere RENAME TO document_history');
    await edit('a', { price: 21 });
    expect((await historyOf('a')).slice(0, 2).map(({ changedFields }) => changedFields)).toEqual([['price'], ['price']]);
    const numbers = (await historyOf('a')).map(({ sendNumber }) => sendNumber);
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
    expect(new Set(numbers).size).toBe(10);
  });
});
