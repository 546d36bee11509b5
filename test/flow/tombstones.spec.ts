import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';

let test: TestDatabase;
let on: PlainJourney;
beforeEach(async () => {
  test = await createTestDatabase();
  on = await plainJourney(test.database);
  for (const key of ['a', 'b']) on.pim.put(key, { sku: key });
  on.pim.clock += 600_000;
  await on.full();
  on.pim.remove('a');
  await on.sweep();
});
afterEach(async () => {
  await on.project.close();
  await test.drop();
});

const mirrored = async () =>
  (await test.database.query<{ row: string }>(`SELECT entity_key || ' ' || state AS row FROM mirror_document ORDER BY 1`)).map(
    ({ row }) => row,
  );
const weekPasses = () =>
  test.database.query(
    `UPDATE mirror_document SET sent_at = sent_at - interval '8 days', acknowledged_at = acknowledged_at - interval '8 days'`,
  );

it('what was deleted is remembered over full passes and sweeps until every window is over, and forgotten by the next full pass', async () => {
  await on.full();
  expect(await mirrored()).toEqual(['a gone', 'b live']);
  await weekPasses();
  await on.sweep();
  expect(await mirrored()).toEqual(['a gone', 'b live']);
  await on.full();
  expect(await mirrored()).toEqual(['b live']);
  on.pim.put('a', { sku: 'a' });
  on.pim.clock += 600_000;
  await on.delta();
  expect([await mirrored(), on.shop.products.has('a')]).toEqual([['a live', 'b live'], true]);
});
