import { dueRun, skippedSlots, type DueRun, type KnownSlots, type Schedules, type TakenSlot } from './due-run.js';

/** Of the process's time zone, as cron expressions are that name none. */
const at = (text: string): Date => new Date(`2026-11-${text}`);
const nightly: Schedules = { delta: { everyMs: 60_000 }, full: { at: '0 3 * * *' } };
const weekly: Schedules = { ...nightly, sweep: { at: '0 12 * * *' } };
const readAt = at('20T03:05:00');
const slot = (kind: TakenSlot['kind'], time: Date, more: Partial<TakenSlot> = {}): TakenSlot => ({
  kind,
  slot: time,
  state: 'done',
  attempts: 1,
  lapsed: true,
  finishedAt: time,
  ...more,
});
const running = (kind: TakenSlot['kind'], time: Date, lapsed = false) => slot(kind, time, { state: 'running', lapsed, finishedAt: null });
const failed = (kind: TakenSlot['kind'], time: Date, attempts = 1, finishedAt = time) =>
  slot(kind, time, { state: 'failed', attempts, finishedAt });
const run = (kind: DueRun['kind'], time: string): DueRun => ({ kind, slot: at(time) });
const known = (now: string, more: Partial<KnownSlots> = {}): KnownSlots => ({ now: at(now), lastFullSync: readAt, slots: [], ...more });

type Case = readonly [what: string, now: string, facts: Partial<KnownSlots>, due: DueRun | null, schedules?: Schedules];
function each(cases: readonly Case[]): void {
  for (const [what, now, facts, due, schedules = nightly] of cases)
    it(what, () => expect(dueRun(schedules, known(now, facts))).toEqual(due));
}

describe('a delta', () => {
  each([
    ['is due once in every span, at the same times for everybody', '20T10:00:42', {}, run('delta', '20T10:00:00')],
    ['is not due twice in one span', '20T10:00:59', { slots: [slot('delta', at('20T10:00:00'))] }, null],
    ['is due in the next one', '20T10:01:00', { slots: [slot('delta', at('20T10:00:00'))] }, run('delta', '20T10:01:00')],
    ['that was missed is run once', '20T23:59:30', { slots: [slot('delta', at('20T10:00:00'))] }, run('delta', '20T23:59:00')],
    ['that failed is left to the next', '20T10:00:30', { slots: [failed('delta', at('20T10:00:00'))] }, null],
    ['that failed makes room for the next', '20T10:01:00', { slots: [failed('delta', at('20T10:00:00'))] }, run('delta', '20T10:01:00')],
    ['goes by a cron expression as well', '20T10:20:00', {}, run('delta', '20T10:15:00'), { delta: { at: '*/15 * * * *' } }],
  ]);
});

describe('a full pass', () => {
  const three = at('21T03:00:00');
  each([
    ['is due at its time, before any delta', '21T03:00:01', {}, run('full', '21T03:00:00')],
    ['that was missed for days is run once', '24T12:00:00', { slots: [slot('full', at('20T03:00:00'))] }, run('full', '24T03:00:00')],
    ['makes room for deltas', '21T03:10:00', { slots: [slot('full', three)] }, run('delta', '21T03:10:00')],
    [
      'is not due where somebody has read everything since',
      '21T04:00:00',
      { lastFullSync: at('21T03:30:00') },
      run('delta', '21T04:00:00'),
    ],
    ['goes by an interval as well', '20T10:30:00', {}, run('full', '20T10:00:00'), { full: { everyMs: 3_600_000 } }],
  ]);

  it.each([
    [1, '03:24:00', 'delta'],
    [1, '03:25:00', 'full'],
    [2, '03:29:00', 'delta'],
    [2, '03:30:00', 'full'],
    [40, '04:20:00', 'full'],
  ])('that failed %i times at 03:20 and before is looked at at %s: a %s is due', (attempts, time, kind) => {
    const slots = [failed('full', three, attempts, at('21T03:20:00'))];
    expect(dueRun(nightly, known(`21T${time}`, { slots }))).toMatchObject({ kind });
  });
});

describe('a pipeline that was never read whole', () => {
  const never = { lastFullSync: null };
  const now = '20T10:00:42';
  each([
    ['begins with that, whatever its times', now, never, run('full', now)],
    ['begins with that though it has deltas alone', now, never, run('full', now), { delta: { everyMs: 60_000 } }],
    ['begins with that though it has sweeps alone', now, never, run('full', now), { sweep: { at: '0 12 * * *' } }],
    ['has no delta before', now, { ...never, slots: [failed('full', at('20T10:00:00'))] }, null],
    ['tries again after a while', '20T10:05:00', { ...never, slots: [failed('full', at('20T10:00:00'))] }, run('full', '20T10:00:00')],
    ['has nothing due without schedules', now, never, null, { delta: null, full: null }],
  ]);
});

describe('a sweep', () => {
  const noon = at('20T12:00:00');
  each([
    ['is due at its time', '20T12:00:01', {}, run('sweep', '20T12:00:00'), weekly],
    ['is not due twice', '20T12:10:00', { slots: [slot('sweep', noon)] }, run('delta', '20T12:10:00'), weekly],
    ['is not due where everything was read since', '20T12:10:00', { lastFullSync: at('20T12:05:00') }, run('delta', '20T12:10:00'), weekly],
    ['that failed is tried again', '20T12:06:00', { slots: [failed('sweep', noon)] }, run('sweep', '20T12:00:00'), weekly],
    [
      'waits while a full pass lists, and deltas do not',
      '20T12:06:00',
      { slots: [running('full', readAt)] },
      run('delta', '20T12:06:00'),
      weekly,
    ],
    ['lets deltas go on', '20T12:06:00', { slots: [running('sweep', noon)] }, run('delta', '20T12:06:00'), weekly],
  ]);
});

describe('a run that is under way', () => {
  it('is taken over once its process gives no sign of life', () => {
    const slots = [running('full', at('20T03:00:00'), true)];
    expect(dueRun(nightly, known('20T10:00:00', { slots }))).toEqual(run('full', '20T03:00:00'));
  });

  it('keeps everything else waiting where it is a delta', () => {
    expect(dueRun(nightly, known('21T03:00:00', { slots: [running('delta', at('21T02:59:00'))] }))).toBeNull();
  });

  it.each([
    ['a full pass', readAt],
    ['the first of all', null],
  ])('lets deltas go on where it is %s, and no other', (_which, lastFullSync) => {
    const full = running('full', at('21T03:00:00'));
    const due = (now: string, slots: TakenSlot[]) => dueRun(nightly, known(now, { lastFullSync, slots }));
    expect(due('21T05:00:00', [full])).toEqual(run('delta', '21T05:00:00'));
    expect(due('21T05:00:00', [full, slot('delta', at('21T05:00:00'))])).toBeNull();
    expect(due('21T05:00:00', [full, running('delta', at('21T04:59:00'))])).toBeNull();
    expect(due('22T05:00:00', [full, slot('delta', at('22T05:00:00'))])).toBeNull();
  });
});

describe('a blackout', () => {
  const night = { days: [1, 2, 3, 4, 5, 6, 7], from: 2 * 60, to: 6 * 60, timezone: null, delta: false };
  const quiet: Schedules = { ...weekly, blackouts: [night] };
  const silent: Schedules = { ...weekly, blackouts: [{ ...night, delta: true }] };
  each([
    ['keeps a full pass back, and no delta', '21T03:00:00', {}, run('delta', '21T03:00:00'), quiet],
    ['keeps a delta back where it says so', '21T03:00:00', {}, null, silent],
    ['keeps a first load back', '21T03:00:00', { lastFullSync: null }, null, quiet],
    ['keeps nothing back after its end: what came in it is run once', '21T06:00:00', {}, run('full', '21T03:00:00'), quiet],
    [
      'does not keep a run from being taken over',
      '21T03:30:00',
      { slots: [running('full', at('21T03:00:00'), true)] },
      run('full', '21T03:00:00'),
      quiet,
    ],
  ]);
});

describe('a slot without a run', () => {
  const told = { accounted: { delta: at('20T10:00:00'), full: at('20T03:00:00') } };
  const skipped = (now: string, facts: Partial<KnownSlots>, schedules: Schedules = nightly) => {
    const all = known(now, { ...told, ...facts });
    return skippedSlots(schedules, all, dueRun(schedules, all)).map(
      ({ kind, first, last, count, reason }) =>
        `${kind} ${first.toTimeString().slice(0, 5)}-${last.toTimeString().slice(0, 5)} ${count} ${reason}`,
    );
  };
  const night = { days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 24 * 60, timezone: null, delta: true };

  const cases: readonly (readonly [why: string, now: string, facts: Partial<KnownSlots>, expected: string[], schedules?: Schedules])[] = [
    ['nothing is said of the one that starts', '20T10:01:10', {}, []],
    ['nothing is said twice', '20T10:00:40', {}, []],
    [
      'what nobody looked at is one line, however many they are',
      '20T10:05:10',
      {},
      ['delta 10:01-10:04 4 no process looked while it was due'],
    ],
    ['nothing is missed before the first', '20T10:05:10', { accounted: {} }, ['full 03:00-03:00 1 everything was read since']],
    [
      'the one before is still running',
      '20T10:01:10',
      { slots: [running('delta', at('20T10:00:00'))] },
      ['delta 10:01-10:01 1 the one before is still running'],
    ],
    ['a blackout', '20T10:01:10', {}, ['delta 10:01-10:01 1 blackout'], { ...nightly, blackouts: [night] }],
    ['a pause', '20T10:01:10', { waits: { delta: 'the connection pim is paused' } }, ['delta 10:01-10:01 1 the connection pim is paused']],
    [
      'what goes first',
      '21T03:00:10',
      { accounted: { delta: at('21T03:00:00'), full: at('20T03:00:00') }, waits: { full: 'depends on categories' } },
      ['full 03:00-03:00 1 depends on categories'],
    ],
    [
      'another run goes first',
      '21T03:00:10',
      { accounted: { delta: at('21T02:59:00'), full: at('20T03:00:00') } },
      ['delta 03:00-03:00 1 another run goes first'],
    ],
    [
      'everything was read since',
      '21T03:10:10',
      { accounted: { delta: at('21T03:10:00'), full: at('20T03:00:00') }, lastFullSync: at('21T03:09:00') },
      ['full 03:00-03:00 1 everything was read since'],
    ],
    [
      'nothing was read whole yet',
      '20T10:01:10',
      { lastFullSync: null, slots: [failed('full', at('20T10:00:00'))] },
      ['delta 10:01-10:01 1 nothing was read whole yet'],
    ],
  ];
  for (const [why, now, facts, expected, schedules] of cases)
    it(`is told of: ${why}`, () => expect(skipped(now, facts, schedules)).toEqual(expected));
});
