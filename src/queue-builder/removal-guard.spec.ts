import { judgeRemovals } from './removal-guard.js';

const limits = { maxPercent: 5, maxCount: 200 };

describe('the removal guard', () => {
  it('lets pass what stays under both limits, and a handful in a small catalogue', () => {
    expect(judgeRemovals(5, 95, 100, limits).kind).toBe('go');
    expect(judgeRemovals(3, 5, 8, limits).kind).toBe('go');
    expect(judgeRemovals(0, 0, 100, limits).kind).toBe('go');
  });

  it('holds the whole set beyond either limit', () => {
    expect(judgeRemovals(6, 94, 100, limits)).toMatchObject({ kind: 'hold', reason: expect.stringContaining('6.0 %') as string });
    expect(judgeRemovals(201, 99_799, 100_000, limits)).toMatchObject({
      kind: 'hold',
      reason: expect.stringContaining('maxCount') as string,
    });
  });

  it('holds everything when the source listed nothing', () => {
    expect(judgeRemovals(1, 0, 1, limits)).toMatchObject({ kind: 'hold', reason: expect.stringContaining('listed nothing') as string });
  });
});
