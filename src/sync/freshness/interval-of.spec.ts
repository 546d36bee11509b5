import { intervalOf } from './interval-of.js';

const now = new Date('2026-03-20T12:00:00Z');
const hours = (count: number): number => count * 3_600_000;

describe('the shortest time between two of a schedule', () => {
  it.each([
    ['every five minutes', '*/5 * * * *', hours(1) / 12],
    ['at night', '0 3 * * *', hours(23)],
    ['on Sundays', '0 3 * * 0', hours(7 * 24 - 1)],
    ['twice on some days', '0 3,9 * * 1-5', hours(6)],
    ['once a year', '0 3 1 1 *', hours(365 * 24)],
  ])('%s', (_name, at, expected) => {
    // The clocks of Berlin are put forward nine days later.
    expect(intervalOf({ at, timezone: 'Europe/Berlin' }, now)).toBe(expected);
  });

  it('is none where there is one time in years', () => {
    expect(intervalOf({ at: '0 3 30 2 *', timezone: null }, now)).toBeNull();
  });

  it('is what the file says where it is no calendar', () => {
    expect(intervalOf({ everyMs: 60_000 }, now)).toBe(60_000);
  });
});
