import { forecastText } from './forecast-text.js';

const forecast = { done: 0, left: 4_600, atLeast: false, perSecond: 10, secondsLeft: 460 };

it.each([
  [{}, '4600 left, about 8 min at 10 a second'],
  [{ secondsLeft: 12 }, '4600 left, about 12 s at 10 a second'],
  [{ secondsLeft: 7_500 }, '4600 left, about 2 h 5 min at 10 a second'],
  [{ secondsLeft: 100_000 }, '4600 left, about 1 d 3 h at 10 a second'],
  [{ atLeast: true }, 'at least 4600 left, about 8 min at 10 a second'],
  [{ perSecond: null, secondsLeft: null }, '4600 left'],
  [{ perSecond: 0, secondsLeft: null }, '4600 left, nothing moves now'],
  [{ left: 0, secondsLeft: 0 }, '0 left'],
])('a forecast %j is told as "%s"', (change, text) => {
  expect(forecastText({ ...forecast, ...change })).toBe(text);
});
