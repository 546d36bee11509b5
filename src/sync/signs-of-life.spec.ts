import { silentLog } from '../logging/log.js';
import type { OpenProject } from './open-project.js';
import { RunWatch } from './runs/run-watch.js';
import { HeldSlots } from './schedules/held-slots.js';

/** Timers that keep a process from ending. */
const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
const project = { sql: { query: () => Promise.resolve([]) }, leaseMs: 60_000, log: silentLog };

it('neither a run that is watched nor a slot that is held keeps a process alive by itself', async () => {
  const before = timers();
  const watch = new RunWatch(project, [1]);
  const slots = await HeldSlots.take(project as unknown as OpenProject, []);
  const alive = timers();
  watch.stop();
  slots?.stopRenewing();
  expect(alive).toBe(before);
});
