import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { plainJourney } from '../../../test/kit/plain/plain-journey.js';
import { until } from '../../../test/kit/until.js';
import { Scheduler } from '../schedules/scheduler.js';
import { RunService } from './run-service.js';

let test: TestDatabase;
let runs: RunService;
const anna = { kind: 'user', name: 'anna' } as const;

beforeEach(async () => {
  test = await createTestDatabase();
  runs = new RunService(test.database);
});
afterEach(() => test.drop());

const slots = () => test.database.query('SELECT state, reason FROM schedule_slot');

it('a run of a schedule that somebody ends is over, with its slot: it is not begun anew before its next time', async () => {
  const on = await plainJourney(test.database, { pipeline: { delta: null, full: { everyMs: 24 * 3_600_000 } } });
  for (let number = 1; number <= 9; number += 1) on.pim.put(`id-${number}`, { sku: `SKU-${number}` });
  let open: () => void = () => undefined;
  let listings = 0;
  on.pim.onRequest = (request) => {
    if (request !== 'keys' || (listings += 1) < 2) return undefined;
    return new Promise((resolve) => (open = resolve));
  };
  const scheduler = new Scheduler(on.project, new AbortController().signal);
  await scheduler.tick();
  await until('it lists', () => listings === 2);
  const [run] = await runs.list({}, null, 1);
  expect(run).toMatchObject({ state: 'running', trigger: 'schedule', slot: expect.any(Date) as Date });
  const aliveUntil = async () => (await test.database.query<{ at: Date }>('SELECT alive_until AS at FROM sync_run'))[0]?.at.getTime();
  expect(await runs.cancel(run?.id ?? 0, 'not now', anna)).toEqual({ ended: false });
  const before = await aliveUntil();
  await until('its process has looked', async () => (await aliveUntil()) !== before);
  open();
  await scheduler.ended();
  expect(await runs.show(run?.id ?? 0)).toMatchObject({ state: 'cancelled', error: 'cancelled by user anna', cancelledBy: 'user anna' });
  expect(await slots()).toEqual([{ state: 'done', reason: 'cancelled by user anna' }]);
  await scheduler.tick();
  await scheduler.ended();
  expect(await runs.list({}, null, 10)).toHaveLength(1);
  await on.project.close();
});

it('a run whose process is dead ends at once, and nobody takes it up again', async () => {
  const [run] = await test.database.query<{ id: number }>(
    `WITH slot AS (
       INSERT INTO schedule_slot (pipeline, kind, slot, state, leased_until) VALUES ('p', 'full', '2026-11-21T03:00:00Z', 'running', now() - interval '1 s')
     )
     INSERT INTO sync_run (pipeline, kind, trigger, slot, alive_until) VALUES ('p', 'initial', 'schedule', '2026-11-21T03:00:00Z', now() - interval '1 s') RETURNING id`,
  );
  expect(await runs.cancel(run?.id ?? 0, null, anna)).toEqual({ ended: true });
  expect(await slots()).toEqual([{ state: 'done', reason: 'cancelled by user anna' }]);
  await expect(runs.cancel(run?.id ?? 0, null, anna)).rejects.toMatchObject({ kind: 'conflict' });
  await expect(runs.cancel(99, null, anna)).rejects.toMatchObject({ kind: 'unknown' });
});
