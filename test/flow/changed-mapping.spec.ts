import type { Pipeline } from '../../src/mapping/pipeline.js';
import type { Journey } from '../../src/sync/journey.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';
import { plainPipeline } from '../kit/plain/plain-pipeline.js';

let test: TestDatabase;
let old: PlainJourney;
let newer: PlainJourney | undefined;
/** Called when the old worker has settled a batch. */
let settled: () => void;

beforeEach(async () => {
  test = await createTestDatabase();
  settled = () => undefined;
  const journey: Journey = { step: (step) => step === 'settled' && settled() };
  old = await plainJourney(test.database, { journey });
  for (const key of ['a', 'b', 'c']) old.pim.put(key, { sku: `SKU-${key}`, name: key });
  old.pim.clock += 600_000;
  await old.full();
});

afterEach(async () => {
  await newer?.project.close();
  await old.project.close();
  await test.drop();
});

/** Another mapping: names are shouted, and a missing SKU is made up. */
const shouting: Partial<Pipeline> = {
  hash: 'plain-2',
  map: (record) => {
    const { sku, name } = record.fields;
    return plainPipeline().map({ ...record, fields: { sku: sku ?? `SKU-${record.key}`, name: String(name).toUpperCase() } });
  },
};

async function changeMapping(): Promise<PlainJourney> {
  newer = await plainJourney(test.database, { pim: old.pim, shop: old.shop, pipeline: shouting });
  return newer;
}

const names = (): unknown[] => [...old.shop.products.values()].map((product) => product.fields.name).sort();

/** The next batch of the old worker is on its way to the shop: `meanwhile` happens before the shop answers. */
function whileSending(meanwhile: () => Promise<unknown>): void {
  old.shop.onWrite = async () => {
    old.shop.onWrite = () => undefined;
    await meanwhile();
  };
}

describe('a mapping that changes while a worker still sends with the old one', () => {
  it('finds the worker settles nothing with the mapping it no longer has', async () => {
    old.pim.edit('b', { name: 'edited' });
    old.pim.clock += 60_000;
    whileSending(changeMapping);
    const newRun = new Promise<unknown>((resolve) => (settled = () => resolve(newer?.delta())));
    const oldRun = await old.delta();
    expect(oldRun.counts).toMatchObject({ settled: 0, delivered: 1 });
    await newRun;
    expect(names()).toEqual(['A', 'C', 'EDITED']);
  });

  it('reaches what was on its way while it went over every key', async () => {
    old.pim.edit('b', { name: 'edited' });
    old.pim.clock += 60_000;
    let newRun: Promise<unknown> | undefined;
    whileSending(async () => {
      newRun = (await changeMapping()).delta();
      const listed = (): Promise<object[]> => test.database.query('SELECT 1 FROM pipeline_state WHERE NOT remap_pending');
      while ((await listed()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    await old.delta();
    await newRun;
    expect(names()).toEqual(['A', 'C', 'EDITED']);
  });
});

describe('a changed mapping', () => {
  it('revives what the old one could not map (rule 17)', async () => {
    old.pim.put('d', { name: 'without sku' });
    old.pim.clock += 60_000;
    expect((await old.delta()).watermark.dead).toBe(1);
    old.pim.clock += 60_000;
    expect((await (await changeMapping()).delta()).watermark.dead).toBe(0);
    expect(names()).toEqual(['A', 'B', 'C', 'WITHOUT SKU']);
  });
});
