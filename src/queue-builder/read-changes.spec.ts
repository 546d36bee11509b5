import { createTestDatabase, type TestDatabase } from '../../test/kit/database.js';
import { PlainPim } from '../../test/kit/plain/plain-pim.js';
import { plainService } from '../../test/kit/plain/plain-service.js';
import { readChanges, type FeedResult } from './read-changes.js';

let test: TestDatabase;
let pim: PlainPim;
let read: (onPage?: (stop: () => void) => void) => Promise<FeedResult>;

beforeEach(async () => {
  test = await createTestDatabase();
  pim = new PlainPim();
  for (const key of 'abcdefgh') pim.put(key, { sku: key, name: key });
  pim.clock += 600_000;
  const { project } = await plainService(test.database, pim, ['products']);
  const feed = project.feed(project.context('products'));
  read = (onPage = () => undefined) => {
    const stopping = new AbortController();
    const enqueued = (): void => onPage(() => stopping.abort());
    return readChanges(test.database, feed, { owner: 'me', leaseMs: 5_000, signal: stopping.signal, runs: new Map(), enqueued });
  };
  expect(await read()).toBe('complete');
  pim.clock += 600_000;
});
afterEach(() => test.drop());

const queued = async () =>
  (await test.database.query<{ key: string }>('SELECT entity_key AS key FROM queue_entry ORDER BY 1')).map(({ key }) => key);
const position = async () => (await test.database.query<{ position: number }>('SELECT position FROM feed_cursor'))[0]?.position;

describe('a reading that goes on in a window which was begun before', () => {
  const interruptions: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['was stopped', async () => expect(await read((stop) => stop())).toBe('stopped')],
    [
      'lost the source',
      async () => {
        pim.onRequest = () => {
          if (pim.requests.length > 1) throw new Error('the PIM has gone away');
        };
        await expect(read()).rejects.toThrow('gone away');
        pim.onRequest = () => undefined;
      },
    ],
  ];

  it.each(interruptions)('finds all that has changed when it begins, where the one before %s', async (_, interrupted) => {
    for (const key of 'bcdef') pim.edit(key, { name: 'first' });
    pim.requests.length = 0;
    await interrupted();
    expect(await queued()).toEqual(['b', 'c', 'd']);
    pim.clock += 600_000;
    // Behind the page that was read: the rest of that window does not come by there any more.
    pim.edit('a', { name: 'second' });
    expect(await read()).toBe('complete');
    expect(await queued()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(await position()).toBe(pim.clock);
  });

  it('ends with the window after it, whatever changes meanwhile, and the next one asks for one window only', async () => {
    for (const key of 'bcdef') pim.edit(key, { name: 'first' });
    pim.clock += 600_000;
    await read((stop) => stop());
    pim.requests.length = 0;
    pim.onRequest = () => {
      pim.clock += 600_000;
      pim.edit('a', { name: `edit ${pim.requests.length}` });
    };
    expect(await read()).toBe('complete');
    expect(pim.requests).toEqual(['changes', 'changes']);
    expect(await read()).toBe('complete');
    expect(pim.requests).toHaveLength(3);
  });
});
