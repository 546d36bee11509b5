import { forecast, outlasting, withSample, type Sample } from './forecast.js';

const extent = { listed: 1_000, total: 5_000, complete: false };
const at = (seconds: number, done: number): Sample => ({ at: seconds * 1_000, done });

describe('the forecast of a pass', () => {
  it('is what is left at the rate of the samples', () => {
    expect(forecast(extent, [at(0, 100), at(30, 400)])).toEqual({
      done: 400,
      left: 4_600,
      atLeast: false,
      perSecond: 10,
      secondsLeft: 460,
    });
  });

  it('counts what is listed once everything is, whatever the source had announced', () => {
    expect(forecast({ listed: 1_000, total: 5_000, complete: true }, [at(0, 0), at(10, 500)])).toMatchObject({
      left: 500,
      secondsLeft: 10,
    });
    expect(forecast({ listed: 6_000, total: 5_000, complete: false }, [at(0, 0), at(10, 1_000)])).toMatchObject({ left: 5_000 });
  });

  it('is the least there can be where the source does not say how much there is', () => {
    expect(forecast({ ...extent, total: null }, [at(0, 0), at(10, 500)])).toMatchObject({ left: 500, atLeast: true, secondsLeft: 10 });
    expect(forecast({ ...extent, total: null }, [at(0, 0), at(10, 1_000)])).toMatchObject({ left: 0, secondsLeft: 0 });
  });

  it.each<[string, Sample[]]>([
    ['nobody has looked', []],
    ['somebody has looked once', [at(0, 100)]],
    ['it was looked at twice at nearly the same time', [at(0, 100), at(0.5, 120)]],
    ['nothing moves', [at(0, 100), at(30, 100)]],
    ['more comes than goes', [at(0, 100), at(30, 50)]],
  ])('does not say how long where %s', (_why, samples) => {
    expect(forecast(extent, samples).secondsLeft).toBeNull();
  });

  it('is over when nothing is left, however fast that went', () => {
    expect(forecast({ listed: 10, total: null, complete: true }, [at(0, 10)])).toEqual({
      ...{ done: 10, left: 0, atLeast: false, perSecond: null, secondsLeft: 0 },
    });
  });
});

describe('the samples', () => {
  it('reach back a minute, and a little further where nobody looked for long', () => {
    const looked = [at(0, 0), at(20, 1), at(40, 2), at(60, 3), at(80, 4)].reduce<Sample[]>(withSample, []);
    expect(looked.map((one) => one.at / 1_000)).toEqual([20, 40, 60, 80]);
    expect(withSample(looked, at(1_000, 5)).map((one) => one.at / 1_000)).toEqual([80, 1_000]);
  });

  it('follow a rate that changes', () => {
    const slow = Array.from({ length: 30 }, (_, minute) => at(minute * 10, minute));
    const quick = Array.from({ length: 10 }, (_, index) => at(300 + index * 10, 30 + index * 100));
    expect(forecast(extent, [...slow, ...quick].reduce<Sample[]>(withSample, [])).perSecond).toBe(10);
  });
});

describe('a pass outlasts its interval', () => {
  it.each([
    ['what is left is too much', 1_000, 3_000, 3_600, { everySeconds: 3_600, takesSeconds: 4_000 }],
    ['it has run for longer already, whoever knows what is left', null, 4_000, 3_600, { everySeconds: 3_600, takesSeconds: 4_000 }],
    ['not where it is through in time', 500, 3_000, 3_600, null],
    ['not where nobody can say', null, 10, 3_600, null],
    ['not where it has no schedule', 1_000_000, 10, null, null],
  ])('where %s', (_why, secondsLeft, ran, every, expected) => {
    expect(outlasting({ secondsLeft }, ran, every)).toEqual(expected);
  });
});
