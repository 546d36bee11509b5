import { createTestDatabase } from '../../../test/kit/database.js';
import { silentLog } from '../../logging/log.js';
import type { OpenProject } from '../open-project.js';
import { warnOfOutlasting } from './warn-outlasting.js';

it('a full pass that takes longer than the time between two is told of once, whoever looks; a first load is not', async () => {
  const test = await createTestDatabase();
  await test.database.query(`INSERT INTO pipeline_state (pipeline, full_every_ms) VALUES ('slow', 3600000), ('new', 3600000)`);
  await test.database.query(
    `INSERT INTO sync_run (pipeline, kind, trigger, started_at, progress)
     SELECT pipeline, kind, 'schedule', now() - interval '2 h', jsonb_build_object('listed', 100, 'total', 1000, 'complete', false,
       'samples', jsonb_build_array(jsonb_build_object('at', (extract(epoch FROM now()) * 1000)::bigint - 10000, 'done', 50)))
     FROM (VALUES ('slow', 'full'), ('new', 'initial')) r (pipeline, kind)`,
  );
  const told: unknown[] = [];
  const log = { ...silentLog, warn: (message: string, data: unknown) => told.push([message, data]) };
  const look = () =>
    warnOfOutlasting({
      sql: test.database,
      log,
      pipelines: ['slow', 'new'],
      context: () => ({ pipeline: { full: {} } }),
    } as unknown as OpenProject);
  await look();
  await look();
  expect(told).toEqual([
    [
      'a full pass takes longer than the time between two',
      expect.objectContaining({ pipeline: 'slow', left: 900, everySeconds: 3_600, takesSeconds: expect.any(Number) as number }),
    ],
  ]);
  await test.drop();
});
