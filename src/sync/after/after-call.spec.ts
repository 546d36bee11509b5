import { callBody, pauseAfter, type RunToTell } from './after-call.js';

describe('what is called after a run', () => {
  it('is tried again after pauses that grow up to ten minutes, and not before the other side wants it', () => {
    expect([1, 2, 3, 8, 40].map((attempt) => pauseAfter(attempt, null))).toEqual([5_000, 10_000, 20_000, 600_000, 600_000]);
    expect(pauseAfter(1, 30_000)).toBe(30_000);
    // Nobody is told to wait for days.
    expect(pauseAfter(1, 86_400_000 * 3)).toBe(3_600_000);
  });

  it('is told the same at every try', () => {
    const run: RunToTell = {
      ...{ run: 7, pipeline: 'products', kind: 'delta', trigger: 'schedule', state: 'completed', attempt: 1 },
      ...{ startedAt: new Date(0), finishedAt: new Date(1_000), counts: { settled: 3 } },
    };
    const environment = { name: 'staging', colour: 'grey', production: false } as const;
    expect(callBody({ ...run, attempt: 2 }, environment)).toBe(callBody(run, environment));
    expect(JSON.parse(callBody(run, environment))).toEqual({
      ...{ type: 'pim2shop.run', id: 'run_7', run: 7, environment: 'staging', pipeline: 'products', kind: 'delta', trigger: 'schedule' },
      ...{ state: 'completed', startedAt: '1970-01-01T00:00:00.000Z', finishedAt: '1970-01-01T00:00:01.000Z', counts: { settled: 3 } },
    });
  });
});
