import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { enqueueDeliveries } from './enqueue-deliveries.js';
import { dropHints, takeHints } from './related-hints.js';

let test: TestDatabase;
beforeAll(async () => void (test = await createTestDatabase()));
beforeEach(() => test.database.query('DELETE FROM related_hint'));
afterAll(() => test.drop());

const tell = (id: string | null, ...keys: readonly string[]) =>
  enqueueDeliveries(
    test.database,
    [{ connection: 'pim', id, entries: [], related: keys.map((key) => ({ feed: 'pim/category', key })) }],
    new Map(),
  );
const take = async (leaseMs = 30_000) => (await takeHints(test.database, 100, leaseMs)).sort((a, b) => a.revision - b.revision);
const named = (hints: readonly { readonly key: string }[]): string[] => hints.map(({ key }) => key);

describe('a hint of something that records use', () => {
  it('is taken by one, and by another once that one has not come back', async () => {
    await tell(null, 'x', 'y');
    expect(named(await take(0))).toEqual(['x', 'y']);
    expect(named(await take())).toEqual(['x', 'y']);
    expect(await take()).toEqual([]);
  });

  it('that is told again while somebody works on it is worked on again', async () => {
    await tell(null, 'x', 'y');
    const taken = await take();
    await tell(null, 'x');
    await dropHints(test.database, taken);
    expect(named(await take())).toEqual(['x']);
  });

  it('is written down with its delivery, and not where that came before', async () => {
    await tell('one', 'x', 'x');
    await dropHints(test.database, await take());
    await tell('one', 'x');
    expect(await take()).toEqual([]);
    expect(await test.database.query('SELECT delivery FROM webhook_delivery')).toEqual([{ delivery: 'one' }]);
  });
});
