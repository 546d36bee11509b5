import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import { isHarmless } from './judge-set.js';

let db: TestDatabase;
let scene: QueueScene;

const limits = { maxPercent: 5, maxCount: 2, maxPercentPerDay: 20, maxCountPerDay: 100, minListed: 1, maxShrinkPercent: 20 };

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
});

/** Whether removals of a run that opened so many entries may go as they come. */
async function harmless(trigger: string, entries: number): Promise<boolean> {
  const [row] = await db.database.query<{ id: number }>(
    `INSERT INTO sync_run (pipeline, kind, trigger, alive_until) VALUES ($1, 'partial', $2, now() + interval '1 h') RETURNING id`,
    [scene.pipeline, trigger],
  );
  const run = row?.id ?? 0;
  await scene.enqueue(
    'event',
    Array.from({ length: entries }, (_, n) => scene.change(`${n}`, null, { kind: 'deleted' })),
    { run },
  );
  return isHarmless(db.database, scene.pipeline, run, [], limits);
}

it('a run that may remove much is a set that is waited for', async () => {
  expect(await harmless('api', 10)).toBe(false);
});

it('what events bring is none: nobody knows when it ends, and the budget of 24 hours decides', async () => {
  expect(await harmless('event', 10)).toBe(true);
});
