import type { TargetItem } from '../../src/connectors/contract/index.js';
import { silentLog } from '../../src/logging/log.js';
import type { Pipeline } from '../../src/mapping/pipeline.js';
import { compareFields } from '../../src/mirror/diff.js';
import { dryRun, type DryRun } from '../../src/sync/dry-run/dry-run.js';
import { silentJourney } from '../../src/sync/journey.js';
import { OpenProject } from '../../src/sync/open-project.js';
import { FreezeService } from '../../src/queue/freeze-service.js';
import type { RunKind } from '../../src/sync/runs/run-log.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';
import { plainPipeline } from '../kit/plain/plain-pipeline.js';
import { PlainShop } from '../kit/plain/plain-shop.js';

let test: TestDatabase;
let on: PlainJourney;

beforeEach(async () => {
  test = await createTestDatabase();
  on = await plainJourney(test.database);
  for (let number = 1; number <= 10; number += 1)
    on.pim.put(`id-${String(number).padStart(2, '0')}`, { sku: `SKU-${number}`, name: `Name ${number}`, price: number });
  on.pim.clock += 600_000;
});

afterEach(async () => {
  await on.project.close();
  await test.drop();
});

/** Every row of every table, as text. */
async function everything(): Promise<Record<string, string[]>> {
  const tables = await test.database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  );
  const found: Record<string, string[]> = {};
  for (const { name } of tables)
    found[name] = (await test.database.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t ORDER BY 1`)).map(({ row }) => row);
  return found;
}

/** A dry run as a command makes it, in a process of its own; the database and the shop are as before. */
async function rehearse(kind: RunKind, options: { limit?: number; pipeline?: Partial<Pipeline> } = {}): Promise<DryRun> {
  const before = await everything();
  const writes = on.shop.writes.length;
  const parts = {
    pipeline: plainPipeline(options.pipeline),
    source: on.pim,
    sourceMaxKeys: 100,
    target: on.shop,
    targetDefinition: PlainShop.definition,
  };
  const project = await OpenProject.assemble(
    { sql: test.database, leaseMs: 5_000, log: silentLog, journey: silentJourney, observe: true },
    [parts],
  );
  const result = await dryRun(project, { pipeline: 'products', kind, limit: options.limit ?? null, signal: new AbortController().signal });
  expect(await everything()).toEqual(before);
  expect(on.shop.writes).toHaveLength(writes);
  return result;
}

/** What a dry run says is sent: document, what is done with it, which fields differ. */
function foreseen({ documents }: DryRun): string[] {
  return documents
    .filter(({ action }) => ['create', 'update', 'take-down'].includes(action))
    .map(({ action, document, fields }) =>
      [action === 'take-down' ? action : 'write', document, ...fields.map((one) => one.field).sort()].join(' '),
    )
    .sort();
}

/** The same of what the shop received; what was sent twice (a second pass for references) counts once. */
function received(items: readonly TargetItem[]): string[] {
  const fields = ({ lastKnown, fields: after, operation }: TargetItem): string[] => {
    const { changed, cleared } = compareFields(lastKnown ?? {}, after);
    return operation === 'write' ? [...changed, ...cleared].sort() : [];
  };
  const first = new Map(items.toReversed().map((item) => [item.key, item]));
  return [...first.values()]
    .map((item) => [item.operation === 'write' ? 'write' : 'take-down', item.key, ...fields(item)].join(' '))
    .sort();
}

async function expectSentAsForeseen(kind: Exclude<RunKind, 'partial'>): Promise<DryRun> {
  const told = await rehearse(kind);
  on.shop.writes.length = 0;
  const result = await on[kind]();
  expect(result.state).toBe('completed');
  expect(received(on.shop.writes)).toEqual(foreseen(told));
  return told;
}

const of = (told: DryRun, entity: string) => told.documents.filter((one) => one.entity === entity);

describe('a dry run of a full', () => {
  it('lists every creation of a new pipeline, which a full then sends', async () => {
    const told = await expectSentAsForeseen('full');
    expect(told.totals).toMatchObject({ seen: 10, create: 10, update: 0, unchanged: 0 });
  });

  it('shows what is edited, old and new, and what is as it was', async () => {
    await on.full();
    on.pim.edit('id-04', { name: 'New', price: undefined as never });
    on.pim.edit('id-05', { name: 'x'.repeat(500) });
    on.pim.clock += 60_000;
    const told = await expectSentAsForeseen('full');
    expect(told.totals).toMatchObject({ create: 0, update: 2, unchanged: 8 });
    expect(of(told, 'id-04')).toMatchObject([
      {
        action: 'update',
        fields: [
          { field: 'name', before: '"Name 4"', after: '"New"' },
          { field: 'price', before: '4', after: null },
        ],
      },
    ]);
    expect(of(told, 'id-05')[0]?.fields[0]?.after).toHaveLength(80);
  });

  it('takes down what is gone and what does not qualify any more', async () => {
    await on.full();
    on.pim.remove('id-03');
    on.pim.edit('id-04', { enabled: false });
    on.pim.clock += 60_000;
    const told = await expectSentAsForeseen('full');
    expect(told.totals['take-down']).toBe(2);
    expect(of(told, 'id-03')).toMatchObject([{ action: 'take-down', reasons: [{ code: 'delete' }] }]);
  });

  it('says which removals would be held, and why', async () => {
    await on.full();
    on.pim.listsNothing = true;
    const told = await expectSentAsForeseen('full');
    expect(told.totals).toMatchObject({ held: 10, 'take-down': 0 });
    expect(told.message).toMatch(/^10 removals would be held.*listed nothing/);
    expect((await on.full()).counts.held).toBe(10);
  });

  it('with a limit looks at so many records and removes nothing', async () => {
    await on.full();
    on.pim.remove('id-09');
    expect((await rehearse('full', { limit: 4 })).totals).toMatchObject({ seen: 4, unchanged: 4, 'take-down': 0 });
  });

  it('shows what the mapping rejects with its field, and an address that is taken', async () => {
    await on.full();
    on.pim.put('id-11', { name: 'no sku' });
    on.pim.put('id-12', { sku: 'sku-4', name: 'twin' });
    on.pim.clock += 60_000;
    const told = await rehearse('full');
    expect(of(told, 'id-11')).toMatchObject([{ action: 'rejected', reasons: [{ field: 'sku', code: 'required' }] }]);
    expect(of(told, 'id-12')).toMatchObject([
      { action: 'rejected', reasons: [{ code: 'address_taken', message: expect.stringContaining('products id-04') as string }] },
    ]);
  });

  it('lets wait what refers to something that will not be there, and what refers to that', async () => {
    on.pim.put('id-20', { sku: 'CHILD', parent: 'id-30' });
    on.pim.put('id-30', { sku: 'PARENT', parent: 'nowhere' });
    on.pim.put('id-21', { sku: 'CHILD-2', parent: 'ID-01' });
    on.pim.clock += 60_000;
    const told = await expectSentAsForeseen('full');
    expect(told.totals).toMatchObject({ create: 11, waits: 2 });
    expect(of(told, 'id-30')[0]?.reasons[0]?.message).toBe('waits for products nowhere, which is not in the shop yet');
  });

  it('shows what was waiting for something new', async () => {
    on.pim.put('id-20', { sku: 'CHILD', parent: 'id-30' });
    on.pim.put('id-21', { sku: 'FRIEND', related: 'id-30' });
    on.pim.clock += 60_000;
    await on.full();
    on.pim.put('id-30', { sku: 'PARENT' });
    on.pim.clock += 60_000;
    const told = await expectSentAsForeseen('full');
    expect([...of(told, 'id-20'), ...of(told, 'id-30')].map((one) => one.action)).toEqual(['create', 'create']);
    expect(of(told, 'id-21').map((one) => one.action)).toEqual(['update']);
  });
});

describe('a dry run of a delta', () => {
  beforeEach(async () => {
    await on.full();
  });

  it('lists what changed since the cursor, what swapped addresses and what was renamed', async () => {
    on.pim.edit('id-02', { sku: 'SKU-3' });
    on.pim.edit('id-03', { sku: 'SKU-2' });
    on.pim.edit('id-07', { sku: 'SKU-77' });
    on.pim.put('id-11', { sku: 'SKU-11' });
    on.pim.clock += 60_000;
    const told = await expectSentAsForeseen('delta');
    expect(told.totals).toMatchObject({ seen: 4, create: 1, update: 3 });
  });

  it('lists what changed since a window began in which a delta before was interrupted', async () => {
    for (const key of ['id-04', 'id-05', 'id-06', 'id-07']) on.pim.edit(key, { name: 'New' });
    on.pim.clock += 600_000;
    on.pim.requests.length = 0;
    on.pim.onRequest = () => {
      if (on.pim.requests.length > 1) throw new Error('the PIM has gone away');
    };
    expect((await on.delta()).state).toBe('failed');
    on.pim.onRequest = () => undefined;
    on.pim.edit('id-02', { name: 'Newer' });
    on.pim.clock += 60_000;
    const told = await expectSentAsForeseen('delta');
    expect(told.documents.map(({ entity }) => entity)).toEqual(expect.arrayContaining(['id-02', 'id-07']));
  });

  it('does not list again what was seen and settled', async () => {
    on.pim.edit('id-04', { name: 'New' });
    on.pim.clock += 30_000;
    await on.delta();
    const told = await expectSentAsForeseen('delta');
    expect(told).toMatchObject({ totals: { seen: 1 }, documents: [] });
  });

  it('lists what still waits in the queue, and what nobody is certain about', async () => {
    await test.database.query(`UPDATE mirror_document SET in_doubt = true WHERE entity_key = 'id-04'`);
    await test.database.query(`UPDATE mirror_document SET verify_at = now() WHERE entity_key = 'id-05'`);
    const told = await expectSentAsForeseen('delta');
    expect(told.documents.map(({ entity, action }) => [entity, action])).toEqual([
      ['id-04', 'update'],
      ['id-05', 'update'],
    ]);
  });

  it('with a changed mapping goes over every record, and leaves the workers of the old one their number', async () => {
    const told = await rehearse('delta', { pipeline: { hash: 'plain-2' } });
    expect(told.totals).toMatchObject({ seen: 10, unchanged: 10 });
    on.pim.edit('id-04', { name: 'New' });
    on.pim.clock += 60_000;
    expect((await on.delta()).counts.settled).toBe(1);
  });

  it('with a changed mapping lists what is dead under the old one, which a delta with the new one then revives', async () => {
    on.pim.put('id-11', { name: 'no sku' });
    on.pim.clock += 60_000;
    await on.delta();
    expect((await rehearse('full')).documents.filter((one) => one.action === 'rejected')).toEqual([]);
    const changed = await rehearse('delta', { pipeline: { hash: 'plain-2' } });
    expect(of(changed, 'id-11')).toMatchObject([{ action: 'rejected', reasons: [{ code: 'required' }] }]);
  });

  it('fails where the source fails, and has changed nothing', async () => {
    on.pim.onRequest = () => {
      throw new Error('the PIM has gone away');
    };
    const before = await everything();
    await expect(rehearse('delta')).rejects.toThrow('the PIM has gone away');
    expect(await everything()).toEqual(before);
  });
});

it('a dry run of a sweep lists the removals alone', async () => {
  await on.full();
  on.pim.remove('id-03');
  on.pim.edit('id-04', { name: 'New' });
  on.pim.clock += 60_000;
  const told = await expectSentAsForeseen('sweep');
  expect(told.documents).toMatchObject([{ entity: 'id-03', action: 'take-down' }]);
});

it('of a frozen shop tells what would go now, as the sync then does, and what would wait', async () => {
  await on.full();
  on.pim.clock += 600_000;
  await on.delta();
  await new FreezeService(test.database).freeze('shop', { except: ['price'], reason: 'sale day' }, { kind: 'user', name: 'anna' });
  on.pim.edit('id-01', { name: 'new name', price: 10 });
  on.pim.edit('id-02', { name: 'only a name' });
  on.pim.edit('id-03', { price: 30 });
  on.pim.put('id-11', { sku: 'SKU-11', name: 'new product', price: 6 });
  on.pim.remove('id-04');
  on.pim.clock += 600_000;
  on.shop.writes.length = 0;
  const result = await rehearse('full');
  const of = (wanted: string): string[] =>
    result.documents
      .filter(({ action }) => action === wanted)
      .map(({ entity, fields }) => [entity, ...fields.map(({ field }) => field)].join(' '));
  expect(of('update')).toEqual(['id-01 price', 'id-03 price']);
  expect(of('waits').sort()).toEqual(['id-01 name', 'id-02 name', 'id-04', 'id-11 sku name price']);
  expect(result.totals).toMatchObject({ create: 0, update: 2, 'take-down': 0, waits: 4, held: 0 });
  for (const { action, reasons } of result.documents)
    if (action === 'waits') expect(reasons).toEqual([{ field: null, code: 'frozen', message: 'user anna froze the shop (sale day)' }]);
  await on.full();
  expect(received(on.shop.writes.flat())).toEqual(foreseen(result));
});
