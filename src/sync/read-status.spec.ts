import { createTestDatabase, type TestDatabase } from '../../test/kit/database.js';
import { QueueScene } from '../../test/kit/queue-scene.js';
import { readStatus } from './read-status.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it('the last run is one that read something: what notes events would always stand in front of it', async () => {
  const { pipeline } = await QueueScene.open(test.database);
  await test.database.query(
    `INSERT INTO sync_run (pipeline, kind, trigger, state, started_at) VALUES
       ($1, 'full', 'schedule', 'completed', now() - interval '2 h'), ($1, 'delta', 'schedule', 'failed', now() - interval '1 h'),
       ($1, 'partial', 'event', 'completed', now() - interval '2 min'), ($1, 'partial', 'event', 'running', now())`,
    [pipeline],
  );
  const [status] = await readStatus(test.database);
  expect(status).toMatchObject({ pipeline, lastRun: { kind: 'delta', state: 'failed' } });
});
