import { isGrowing, withSample, type Samples } from './growth.js';

const minute = 60_000;
const hour = 60 * minute;

/** A sample each minute. */
function grow(counts: (at: number) => number, minutes: number): Samples {
  let samples: Samples = [];
  for (let at = 0; at <= minutes; at += 1) samples = withSample(samples, [at * minute, counts(at)], hour);
  return samples;
}

describe('a queue', () => {
  it('grows where every sample of an hour has more than the one before', () => {
    expect(
      isGrowing(
        grow((at) => at * 10, 59),
        hour,
      ),
    ).toBe(false);
    expect(
      isGrowing(
        grow((at) => at * 10, 90),
        hour,
      ),
    ).toBe(true);
  });

  it('does not where it went back, or stood still, once', () => {
    expect(
      isGrowing(
        grow((at) => (at < 60 ? at * 10 : 700 - at), 90),
        hour,
      ),
    ).toBe(false);
    expect(
      isGrowing(
        grow(() => 10_000, 90),
        hour,
      ),
    ).toBe(false);
  });

  it('is remembered in a few samples, however long it runs', () => {
    expect(grow((at) => at, 2_000).length).toBeLessThan(20);
  });
});
