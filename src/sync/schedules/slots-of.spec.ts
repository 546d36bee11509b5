import { lastTimeOf, timesBetween } from './last-time-of.js';
import { lastSlot, shareOfJitter, slotsBetween } from './slots-of.js';

const at = (text: string): Date => new Date(`2026-11-${text}`);
const utc = (text: string): Date => new Date(`2026-${text}Z`);
const berlin = 'Europe/Berlin';

describe('the last time of a cron expression', () => {
  it.each([
    ['* * * * *', '20T10:00:30', '20T10:00:00'],
    ['0 3 * * *', '20T03:00:00', '20T03:00:00'],
    ['0 3 * * *', '20T02:59:59', '19T03:00:00'],
    ['30 4 1 * *', '20T10:00:00', '01T04:30:00'],
  ])('%s at %s', (expression, now, expected) => expect(lastTimeOf(expression, at(now))).toEqual(at(expected)));

  it('is null where it names none', () => expect(lastTimeOf('0 0 30 2 *', at('20T10:00:00'))).toBeNull());

  it('is that of the time zone it is meant for', () => {
    expect(lastTimeOf('0 3 * * *', utc('07-10T12:00:00'), berlin)).toEqual(utc('07-10T01:00:00'));
    expect(lastTimeOf('0 3 * * *', utc('12-10T12:00:00'), berlin)).toEqual(utc('12-10T02:00:00'));
    expect(lastTimeOf('0 3 * * *', utc('12-10T12:00:00'), 'Asia/Tokyo')).toEqual(utc('12-09T18:00:00'));
  });

  it('does not depend on who asked before', () => {
    const asked = ['12-10T12:00:00', '12-12T12:00:00', '12-10T12:00:00', '12-10T01:00:00', '12-11T02:00:00'].map(utc);
    const days = asked.map((now) => lastTimeOf('0 3 * * *', now, berlin)?.getUTCDate());
    expect(days).toEqual([10, 12, 10, 9, 11]);
  });
});

/** All times a scheduler that looks every minute finds, between two moments. */
function found(expression: string, from: Date, to: Date): string[] {
  const times = new Set<string>();
  for (let now = from.getTime(); now < to.getTime(); now += 60_000) {
    const time = lastTimeOf(expression, new Date(now), berlin);
    if (time && time >= from) times.add(time.toISOString().slice(5, 16));
  }
  return [...times];
}

describe('daylight saving', () => {
  const spring = [utc('03-28T23:00:00'), utc('03-29T03:00:00')] as const;
  const autumn = [utc('10-24T22:00:00'), utc('10-25T04:00:00')] as const;

  it.each([
    ['a time that does not exist comes once', '30 2 * * *', spring, ['03-29T01:00']],
    ['several in an hour that does not exist come once', '*/20 2 * * *', spring, ['03-29T01:00']],
    ['a time that comes twice comes once, the first time', '30 2 * * *', autumn, ['10-25T00:30']],
    ['every hour is every hour, in spring', '0 * * * *', spring, ['03-28T23:00', '03-29T00:00', '03-29T01:00', '03-29T02:00']],
    [
      'every hour is every hour, in autumn',
      '0 * * * *',
      autumn,
      ['10-24T22:00', '10-24T23:00', '10-25T00:00', '10-25T01:00', '10-25T02:00', '10-25T03:00'],
    ],
    [
      'every half hour is every half hour, in autumn',
      '*/30 * * * *',
      [utc('10-25T00:00:00'), utc('10-25T02:00:00')],
      ['10-25T00:00', '10-25T00:30', '10-25T01:00', '10-25T01:30'],
    ],
  ] as const)('%s', (_what, expression, [from, to], expected) => expect(found(expression, from, to)).toEqual(expected));

  it('finds the first of a time that comes twice, also where nobody looked before it was over', () => {
    expect(lastTimeOf('30 2 * * 0-6', utc('10-25T02:10:00'), berlin)).toEqual(utc('10-25T00:30:00'));
  });

  it('comes to an end, and goes forward, where the clock is put back by half an hour', () => {
    const [from, to] = [utc('04-04T12:00:00'), utc('04-04T20:00:00')];
    const times = timesBetween('*/10 1-4 * * *', from, to, 100, 'Australia/Lord_Howe');
    expect(times.length).toBeGreaterThanOrEqual(24);
    expect(new Set(times.map((time) => time.getTime())).size).toBe(times.length);
    expect([...times].sort((a, b) => a.getTime() - b.getTime())).toEqual(times);
    expect(timesBetween('*/10 * * * *', from, to, 100, 'Australia/Lord_Howe').length).toBeGreaterThanOrEqual(44);
  });

  it('counts a time that comes twice once', () => {
    expect(timesBetween('30 2 * * *', utc('10-24T12:00:00'), utc('10-26T12:00:00'), 10, berlin)).toEqual([
      utc('10-25T00:30:00'),
      utc('10-26T01:30:00'),
    ]);
  });
});

describe('jitter', () => {
  const every = (seed: string) => ({ everyMs: 60_000, jitterMs: 30_000, seed });
  const ten = at('20T10:00:00');

  it('is the same for everybody, and another for each pipeline and slot', () => {
    const share = shareOfJitter(every('products full'), ten);
    expect(share).toBe(shareOfJitter(every('products full'), new Date(ten)));
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThan(30_000);
    const shares = ['a', 'b', 'c', 'd'].flatMap((seed) => [ten, at('20T10:01:00')].map((slot) => shareOfJitter(every(seed), slot)));
    expect(new Set(shares).size).toBe(8);
    expect(shareOfJitter({ everyMs: 60_000 }, ten)).toBe(0);
  });

  it('keeps a slot back by its share, and the one before stands until then', () => {
    const share = shareOfJitter(every('products'), ten);
    expect(lastSlot(every('products'), new Date(ten.getTime() + share - 1))).toEqual(at('20T09:59:00'));
    expect(lastSlot(every('products'), new Date(ten.getTime() + share))).toEqual(ten);
    const cron = { at: '0 10 * * *', jitterMs: 30_000, seed: 'products' };
    expect(lastSlot(cron, new Date(ten.getTime() + share - 1))).toEqual(at('19T10:00:00'));
    expect(lastSlot(cron, new Date(ten.getTime() + share))).toEqual(ten);
  });
});

describe('the slots between two', () => {
  it('are counted, the first and the last named', () => {
    const minutes = { first: at('20T10:01:00'), last: at('20T10:04:00'), count: 4 };
    expect(slotsBetween({ everyMs: 60_000 }, at('20T10:00:00'), at('20T10:05:00'))).toEqual(minutes);
    expect(slotsBetween({ at: '* * * * *' }, at('20T10:00:00'), at('20T10:05:00'))).toEqual(minutes);
    expect(slotsBetween({ everyMs: 60_000 }, at('20T10:00:00'), at('20T10:01:00'))).toBeNull();
    expect(slotsBetween({ at: '* * * * *' }, at('20T10:00:00'), at('20T10:01:00'))).toBeNull();
  });

  it('of a cron expression are not counted without end', () => {
    expect(slotsBetween({ at: '* * * * *' }, at('10T10:00:00'), at('20T10:00:00'))).toMatchObject({ last: at('20T09:59:00'), count: 60 });
  });
});
