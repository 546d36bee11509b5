import { readStatus } from '../../src/sync/read-status.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';
import { limits } from '../kit/plain/plain-pipeline.js';

let test: TestDatabase;
let on: PlainJourney;

beforeEach(async () => {
  test = await createTestDatabase();
  on = await plainJourney(test.database);
  for (let number = 1; number <= 9; number += 1) on.pim.put(`id-${number}`, { sku: `SKU-${number}` });
  await on.full();
});

afterEach(async () => {
  await on.project.close();
  await test.drop();
});

const held = async (): Promise<number | undefined> => (await readStatus(test.database))[0]?.open.held;

describe('removals that are too many', () => {
  it('are held: nothing is removed, and the status shows them', async () => {
    on.pim.listsNothing = true;
    const { counts, message } = await on.sweep();
    expect([counts.held, counts.removed, message]).toEqual([
      9,
      0,
      '9 removals are held for a person: the source listed nothing, while 9 stand in the shop',
    ]);
    expect([await held(), on.shop.products.size]).toEqual([9, 9]);
  });

  it('are forgotten by the next pass that finds them in the source again', async () => {
    on.pim.listsNothing = true;
    await on.sweep();
    on.pim.listsNothing = false;
    await on.sweep();
    expect([await held(), on.shop.products.size]).toEqual([0, 9]);
  });

  it('are judged anew by the next pass, and go where the limits allow them by then', async () => {
    for (let number = 1; number <= 6; number += 1) on.pim.remove(`id-${number}`);
    expect((await on.sweep()).counts).toMatchObject({ held: 6, removed: 0 });
    const raised = await plainJourney(test.database, {
      pim: on.pim,
      shop: on.shop,
      pipeline: { deletes: { policy: 'delete', ...limits(100, 100) } },
    });
    expect((await raised.sweep()).counts).toMatchObject({ held: 0, removed: 6 });
    expect([await held(), on.shop.products.size]).toEqual([0, 3]);
    await raised.project.close();
  });
});
