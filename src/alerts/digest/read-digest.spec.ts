import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import { readDigest } from './read-digest.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it('what events brought is counted as delivered, and the runs that noted it neither as runs nor as slow ones', async () => {
  const { pipeline } = await QueueScene.open(test.database);
  const to = new Date();
  const from = new Date(to.getTime() - 86_400_000);
  const insert = (trigger: string, kind: string, hoursAgo: number, settled: number): Promise<unknown> =>
    test.database.query(
      `INSERT INTO sync_run (pipeline, kind, trigger, state, started_at, finished_at, counts)
       VALUES ($1, $2, $3, 'completed', now() - $4 * interval '1 h', now() - $4 * interval '1 h' + interval '1 min', jsonb_build_object('settled', $5::int))`,
      [pipeline, kind, trigger, hoursAgo, settled],
    );
  await insert('schedule', 'delta', 2, 3);
  await insert('event', 'partial', 2, 5);
  await insert('event', 'partial', 1, 1);
  // A week before only events came, and that is something to compare with.
  await insert('event', 'partial', 7 * 24 + 2, 4);
  const digest = await readDigest(test.database, { period: 'daily', from, to });
  expect(digest.pipelines).toEqual([
    { pipeline, runs: 1, failedRuns: 0, delivered: 9, removed: 0, dead: 0, before: { delivered: 4, dead: 0 } },
  ]);
  expect(digest.slowest).toEqual([{ pipeline, kind: 'delta', ms: 60_000 }]);
});
