import { isBlackout } from './is-blackout.js';

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const shop = { days: [1, 2, 3, 4, 5], from: 8 * 60, to: 20 * 60, timezone: 'Europe/Berlin', delta: false };
const night = { days: [5], from: 22 * 60, to: 4 * 60, timezone: 'Europe/Berlin', delta: false };
const always = { days: everyDay, from: 0, to: 24 * 60, timezone: 'UTC', delta: false };

// 20 November 2026 is a Friday; Berlin is an hour ahead of UTC then, and two in July.
it.each([
  ['at its beginning', shop, '2026-11-20T07:00:00Z', true],
  ['a minute before', shop, '2026-11-20T06:59:00Z', false],
  ['a minute before its end', shop, '2026-11-20T18:59:59Z', true],
  ['at its end', shop, '2026-11-20T19:00:00Z', false],
  ['on another day', shop, '2026-11-21T12:00:00Z', false],
  ['by the clock on the wall, in summer', shop, '2026-07-17T06:00:00Z', true],
  ['of a night, in the evening', night, '2026-11-20T21:00:00Z', true],
  ['of a night, on the next morning', night, '2026-11-21T02:59:00Z', true],
  ['of a night, at its end', night, '2026-11-21T03:00:00Z', false],
  ['of a night, on the morning before', night, '2026-11-20T02:00:00Z', false],
  ['of a whole day, at midnight', always, '2026-11-20T00:00:00Z', true],
  ['of a whole day, before midnight', always, '2026-11-20T23:59:59Z', true],
])('a blackout %s', (_when, blackout, now, expected) => {
  expect(isBlackout([blackout], 'full', new Date(now))).toBe(expected);
  expect(isBlackout([blackout], 'sweep', new Date(now))).toBe(expected);
  expect(isBlackout([blackout], 'delta', new Date(now))).toBe(false);
  expect(isBlackout([{ ...blackout, delta: true }], 'delta', new Date(now))).toBe(expected);
});
