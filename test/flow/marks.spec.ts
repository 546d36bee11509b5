import { SyncService } from '../../src/sync/sync-service.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { MarkingPim } from '../kit/plain/marking-pim.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';
import { plainService, stopServices, type PlainService } from '../kit/plain/plain-service.js';
import { until } from '../kit/until.js';

const seeds = Number(process.env.SEEDS ?? 3);
const byMark = { delta: { everyMs: 60_000, strategy: 'flag' as const, overlapMs: 0 } };

let test: TestDatabase;
let pim: MarkingPim;
let on: PlainJourney;

beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(async () => {
  await stopServices();
  await test.drop();
});

/** Six records that stand in the shop, none of them marked. */
async function delivered(versioned: boolean): Promise<void> {
  pim = new MarkingPim(versioned);
  on = await plainJourney(test.database, { pim, pipeline: byMark, strategies: ['timestamp', 'flag'] });
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) pim.put(key, { sku: `SKU-${key}`, name: key });
  pim.clock += 600_000;
  await on.full();
  await on.delta();
  expect([...pim.marked]).toEqual([]);
  pim.clock += 600_000;
  pim.requests.length = 0;
}

const nameInShop = (key: string): unknown => on.shop.products.get(`sku-${key}`)?.fields.name;

/** Runs it with the first such request. */
function atFirst(request: string, work: () => void): void {
  let done = false;
  pim.onRequest = (found) => {
    if (found !== request || done) return;
    done = true;
    work();
  };
}

describe.each([
  ['a version', true],
  ['no version', false],
])('marks on records with %s', (_name, versioned) => {
  beforeEach(() => delivered(versioned));

  it('come off once what was marked is on its way, and the time of the edit stays', async () => {
    pim.edit('b', { name: 'new' });
    const edited = pim.rows.get('b')?.updated;
    pim.clock += 60_000;
    expect(await on.delta()).toMatchObject({ state: 'completed', counts: { seen: 1, enqueued: 1, settled: 1 } });
    expect(nameInShop('b')).toBe('new');
    expect([...pim.marked]).toEqual([]);
    expect(pim.rows.get('b')?.updated).toBe(edited);
    pim.requests.length = 0;
    expect((await on.delta()).counts).toMatchObject({ seen: 0 });
    expect(pim.requests).toEqual(['changes']);
    expect(await test.database.query('SELECT * FROM source_mark')).toEqual([]);
  });

  it.each(['changes', 'fetch', 'acknowledge'])('stand for an edit that comes with the request "%s"', async (request) => {
    pim.edit('b', { name: 'first' });
    pim.clock += 60_000;
    atFirst(request, () => {
      pim.edit('b', { name: 'second' });
      pim.clock += 60_000;
    });
    pim.carriesRecords = request !== 'fetch';
    await on.delta();
    pim.onRequest = () => undefined;
    await on.delta();
    expect(nameInShop('b')).toBe('second');
    expect([...pim.marked]).toEqual([]);
  });

  it('stand for an edit that comes while the first is sent', async () => {
    pim.edit('b', { name: 'first' });
    pim.clock += 60_000;
    let edits = 0;
    on.shop.onWrite = () => {
      if ((edits += 1) === 1) pim.edit('b', { name: 'second' });
    };
    await on.delta();
    pim.clock += 60_000;
    await on.delta();
    expect(nameInShop('b')).toBe('second');
    expect([...pim.marked]).toEqual([]);
  });

  it.each(['not', 'answer-lost'] as const)('are taken off another time where the source does it with the result "%s"', async (how) => {
    pim.edit('b', { name: 'new' });
    pim.edit('e', { name: 'new' });
    pim.clock += 60_000;
    pim.acknowledging = how;
    await on.delta();
    await on.delta();
    pim.acknowledging = 'well';
    expect(await on.delta()).toMatchObject({ state: 'completed' });
    expect([nameInShop('b'), nameInShop('e')]).toEqual(['new', 'new']);
    expect([...pim.marked]).toEqual([]);
    expect(await test.database.query('SELECT * FROM source_mark')).toEqual([]);
  });

  it('of more than a page are all found in each round, those that are stuck before the others too', async () => {
    for (const key of ['a', 'b', 'c', 'd']) pim.edit(key, { parent: 'missing' });
    for (const key of ['e', 'f']) pim.edit(key, { name: 'new' });
    pim.clock += 60_000;
    const result = await on.delta();
    expect(result).toMatchObject({ state: 'completed', counts: { seen: 6, parked: 4, settled: 2 } });
    expect([...pim.marked]).toEqual(versioned ? ['a', 'b', 'c', 'd'] : []);
    pim.edit('f', { name: 'newer' });
    pim.put('missing', { sku: 'SKU-missing', name: 'it was here all the time' });
    pim.clock += 60_000;
    await on.delta();
    expect(nameInShop('f')).toBe('newer');
    expect(on.shop.products.get('sku-d')?.fields.parent).toBe('SKU-missing');
    expect([...pim.marked]).toEqual([]);
  });

  it('come off what is a dead letter: it is shown there', async () => {
    pim.edit('b', { price: 'wrong' });
    pim.clock += 60_000;
    expect((await on.delta()).counts).toMatchObject({ dead: 1 });
    expect([...pim.marked]).toEqual([]);
  });

  it.each(Array.from({ length: seeds }, (_, seed) => seed + 1))(
    'lose nothing of two pipelines, whenever somebody edits (round %i)',
    async (seed) => {
      let state = seed;
      const next = (): number => ((state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) >>> 8) / 0x7fffff;
      const service = await plainService(test.database, pim, ['one', 'two'], { pipeline: byMark, strategies: ['flag'] });
      const keys = [...pim.rows.keys()];
      let edits = 0;
      pim.onRequest = () => {
        if (next() < 0.4 || (edits += 1) > 60) return;
        pim.edit(keys[Math.floor(next() * keys.length)] ?? '', { name: `edit ${seed}.${edits}` });
        pim.clock += next() < 0.5 ? 0 : 700;
      };
      const forever = new AbortController().signal;
      const sync = (pipeline: string, kind: 'delta' | 'full') =>
        new SyncService(service.project).sync({ pipeline, kind, trigger: 'command', limit: null, signal: forever });
      await Promise.all(['one', 'two'].map((pipeline) => sync(pipeline, 'full')));
      for (let round = 0; round < 6; round += 1) await Promise.all(['one', 'two'].map((pipeline) => sync(pipeline, 'delta')));
      pim.onRequest = () => undefined;
      pim.clock += 60_000;
      for (const pipeline of ['one', 'two', 'one']) expect(await sync(pipeline, 'delta')).toMatchObject({ state: 'completed' });
      const wanted = [...pim.rows.values()].map(({ fields }) => fields.name);
      for (const shop of service.shops.values()) expect(keys.map((key) => shop.products.get(`sku-${key}`)?.fields.name)).toEqual(wanted);
      expect([...pim.marked]).toEqual([]);
    },
    60_000,
  );
});

describe('marks that are compared by version', () => {
  it('stay while a time is open: the second of two edits within one second is marked like the first', async () => {
    await delivered(true);
    pim.edit('b', { name: 'first' });
    await on.delta();
    expect(nameInShop('b')).toBe('first');
    expect([...pim.marked]).toEqual(['b']);
    pim.edit('b', { name: 'second' });
    pim.clock += 60_000;
    await on.delta();
    expect(nameInShop('b')).toBe('second');
    expect([...pim.marked]).toEqual([]);
  });

  it('stay until every pipeline is through with them', async () => {
    pim = new MarkingPim(true);
    pim.put('a', { sku: 'SKU-a', name: 'a' });
    pim.clock += 600_000;
    const service: PlainService = await plainService(test.database, pim, ['one', 'two'], { pipeline: byMark, strategies: ['flag'] });
    const [one, two] = [service.shops.get('one'), service.shops.get('two')];
    if (two) two.fault = 'down';
    const running = service.start(50);
    await until('the first shop has it', () => one?.products.has('sku-a') ?? false);
    pim.edit('a', { name: 'new' });
    pim.clock += 60_000;
    await new SyncService(service.project).sync({
      pipeline: 'one',
      kind: 'delta',
      trigger: 'command',
      limit: null,
      signal: new AbortController().signal,
    });
    expect(one?.products.get('sku-a')?.fields.name).toBe('new');
    expect([...pim.marked]).toEqual(['a']);
    if (two) two.fault = 'none';
    await until('the mark is off', () => pim.marked.size === 0);
    expect(two?.products.get('sku-a')?.fields.name).toBe('new');
    await running.stop();
  });
});

describe('marks without a version', () => {
  it('come off after the change was written down and before anything is fetched', async () => {
    await delivered(false);
    pim.edit('b', { name: 'new' });
    const noted: unknown[] = [];
    pim.onRequest = (request) => void (request === 'acknowledge' && noted.push(test.database.query('SELECT entity_key FROM source_mark')));
    await on.delta();
    expect(pim.requests).toEqual(['changes', 'acknowledge', 'fetch']);
    expect(await Promise.all(noted)).toEqual([[{ entity_key: 'b' }]]);
  });

  it('that a process had taken off when it died are queued by the next, without being marked again', async () => {
    await delivered(false);
    pim.edit('b', { name: 'new' });
    pim.acknowledging = 'answer-lost';
    expect(await on.delta()).toMatchObject({ state: 'failed', counts: { seen: 0 } });
    expect([...pim.marked]).toEqual([]);
    pim.acknowledging = 'well';
    const result = await on.delta();
    expect(result).toMatchObject({ state: 'completed', counts: { seen: 1, enqueued: 1, settled: 1 } });
    expect(nameInShop('b')).toBe('new');
  });
});
