import { dueDigests } from './due-digests.js';

const config = { at: '07:00', timezone: 'Europe/Berlin', daily: true, weekly: 'mon' };
const due = (now: string, more: Partial<typeof config> = {}): string[] =>
  dueDigests({ ...config, ...more }, new Date(now)).map(({ period, from, to }) => `${period} ${from.toISOString()} ${to.toISOString()}`);

describe('a digest is due', () => {
  it('from its time of day on, in its time zone, for the day before; on its day for the week', () => {
    expect(due('2026-11-24T05:59:59Z')).toEqual([]);
    expect(due('2026-11-24T06:00:00Z')).toEqual(['daily 2026-11-23T06:00:00.000Z 2026-11-24T06:00:00.000Z']);
    expect(due('2026-11-23T08:00:00Z')).toEqual([
      'daily 2026-11-22T06:00:00.000Z 2026-11-23T06:00:00.000Z',
      'weekly 2026-11-16T06:00:00.000Z 2026-11-23T06:00:00.000Z',
    ]);
  });

  it('no more where its time is long past, or where nobody wants it', () => {
    expect(due('2026-11-24T12:30:00Z')).toEqual([]);
    expect(due('2026-11-23T08:00:00Z', { daily: false, weekly: 'never' })).toEqual([]);
  });
});
