import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import { settledPosition } from './settled-position.js';

let db: TestDatabase;
let one: QueueScene;
let other: QueueScene;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  one = await QueueScene.open(db.database);
  other = await QueueScene.open(db.database);
  await synced(one, 1_000);
  await synced(other, 2_000);
});

const synced = ({ sql, pipeline }: QueueScene, position: number | null, full = true) =>
  sql.query('UPDATE pipeline_state SET last_sync = $2, last_full_sync = CASE WHEN $3 THEN now() END WHERE pipeline = $1', [
    pipeline,
    position,
    full,
  ]);
const settled = (...more: readonly string[]) => settledPosition(db.database, [one.pipeline, other.pipeline, ...more]);

it('is what the slowest of the pipelines has settled', async () => {
  expect(await settled()).toBe(1_000);
  await synced(one, 3_000);
  expect(await settled()).toBe(2_000);
});

it('is unknown while one of them has not begun, or has not gone over everything once', async () => {
  expect(await settled('never-ran')).toBeNull();
  await synced(one, null);
  expect(await settled()).toBeNull();
  await synced(one, 1_000, false);
  expect(await settled()).toBeNull();
});

it('is unknown while one of them still delivers what a full pass queued, and not because of what is dead', async () => {
  await one.enqueue('full', [one.change('a', 1)], { hold: null });
  expect(await settled()).toBeNull();
  const { entry } = await one.claimOne();
  expect(await settled()).toBeNull();
  await one.settle([], [one.verdict(entry, { kind: 'dead' })]);
  expect(await settled()).toBe(1_000);
});

it('waits for what a delta found by the last sync time, and for nothing besides', async () => {
  await other.delta('a', 1, 1_500);
  expect(await settled()).toBe(1_000);
});
