import { clockAhead, type TimedRequest } from './clock-ahead.js';

/** Answered when their clock said `their`, and here when ours said `at`; milliseconds of one minute. */
const request = (their: number, at: number, tookMs = 20): TimedRequest => ({ dateMs: Math.floor(their / 1_000) * 1_000, at, tookMs });

describe('how far the clock of another is ahead', () => {
  it('is nothing where it may be the same: the header leaves out the milliseconds', () => {
    for (const at of [10_000, 10_500, 10_999, 11_015]) expect([at, clockAhead([request(at - 15, at)])]).toEqual([at, 0]);
  });

  it('is told to about a second, in both directions', () => {
    expect(clockAhead([request(310_400, 10_400)])).toBeGreaterThanOrEqual(299);
    expect(clockAhead([request(310_400, 10_400)])).toBeLessThanOrEqual(301);
    expect(clockAhead([request(10_400, 130_400)])).toBeLessThanOrEqual(-119);
  });

  it('is taken from the quickest answer: a slow one may have been written at any time', () => {
    expect([5, 6]).toContain(clockAhead([request(5_000, 35_000, 30_000), request(41_000, 36_000, 10)]));
  });

  it('is not known where no answer names a time', () => {
    expect(clockAhead([{ dateMs: null, at: 1, tookMs: 1 }])).toBeNull();
    expect(clockAhead([])).toBeNull();
  });
});
