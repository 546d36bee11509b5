import type { RemovalLimits } from '../model/removal-limits.js';
import { judgeRemovals, suspectPass, type PassFacts } from './judge-removals.js';

const limits: RemovalLimits = {
  maxPercent: 5,
  maxCount: 200,
  maxPercentPerDay: 5,
  maxCountPerDay: 200,
  minListed: 10,
  maxShrinkPercent: 20,
};

describe('the removals of a run', () => {
  it('pass while they stay under both limits, and a handful in a small catalogue', () => {
    expect(judgeRemovals(5, 100, limits).kind).toBe('go');
    expect(judgeRemovals(3, 8, limits).kind).toBe('go');
    expect(judgeRemovals(0, 100, limits).kind).toBe('go');
  });

  it.each([
    [6, 100, '6 of 100 are 6.0 %, more than deletes.maxPercent 5'],
    [201, 100_000, '201 removals are more than deletes.maxCount 200'],
  ])('are held as a whole beyond either limit: %i of %i', (removals, live, reason) => {
    expect(judgeRemovals(removals, live, limits)).toEqual({ kind: 'hold', reason });
  });
});

describe('a pass', () => {
  const facts: PassFacts = { listed: 1_000, lastListed: 1_000, values: 9_000, lastValues: { values: 10_000, listed: 1_000 } };

  it('is believed where it saw about what the last one saw', () => {
    expect(suspectPass(facts, 900, limits)).toBeNull();
    expect(suspectPass({ ...facts, listed: 801, values: 8_010 }, 900, limits)).toBeNull();
  });

  it('is believed where nothing stands in the shop, and the first one where it lists enough', () => {
    expect(suspectPass({ listed: 0, lastListed: 1_000, values: 0, lastValues: null }, 0, limits)).toBeNull();
    expect(suspectPass({ listed: 10, lastListed: null, values: 1, lastValues: null }, 900, limits)).toBeNull();
  });

  it.each<[string, Partial<PassFacts>, RegExp]>([
    ['that lists nothing', { listed: 0 }, /listed nothing, while 900 stand/],
    ['that lists fewer than a catalogue has', { listed: 9, lastListed: null }, /fewer than deletes.minListed 10/],
    ['that lists much less than the last one', { listed: 799 }, /listed 799, the last time 1000/],
    ['whose records lost their values', { values: 7_999 }, /have 8\.0 values each, the last time 10\.0/],
  ])('%s is not', (_, seen, reason) => {
    expect(suspectPass({ ...facts, ...seen }, 900, limits)).toMatch(reason);
  });

  it('may list a handful less in a small catalogue', () => {
    expect(suspectPass({ listed: 15, lastListed: 20, values: null, lastValues: null }, 20, limits)).toBeNull();
    expect(suspectPass({ listed: 14, lastListed: 20, values: null, lastValues: null }, 20, limits)).not.toBeNull();
  });
});
