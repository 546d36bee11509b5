import { dueRun, type TakenSlot } from './due-run.js';
import { lastTimeOf } from './last-time-of.js';

/** Of the process's time zone, as cron expressions are. */
const at = (text: string): Date => new Date(`2026-11-${text}`);
const nightly = { delta: { everyMs: 60_000 }, full: { at: '0 3 * * *' } };
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
const due = (now: Date, slots: TakenSlot[] = [], lastFullSync: Date | null = readAt, schedules = nightly) =>
  dueRun(schedules, { now, lastFullSync, slots });

describe('a delta', () => {
  it('is due once in every span, at the same times for everybody', () => {
    expect(due(at('20T10:00:42'))).toEqual({ kind: 'delta', slot: at('20T10:00:00') });
    expect(due(at('20T10:00:59'), [slot('delta', at('20T10:00:00'))])).toBeNull();
    expect(due(at('20T10:01:00'), [slot('delta', at('20T10:00:00'))])).toEqual({ kind: 'delta', slot: at('20T10:01:00') });
  });

  it('that was missed is run once', () => {
    expect(due(at('20T23:59:30'), [slot('delta', at('20T10:00:00'))])).toEqual({ kind: 'delta', slot: at('20T23:59:00') });
  });

  it('that failed is left to the next', () => {
    const failed = slot('delta', at('20T10:00:00'), { state: 'failed' });
    expect(due(at('20T10:00:30'), [failed])).toBeNull();
    expect(due(at('20T10:01:00'), [failed])).toMatchObject({ kind: 'delta' });
  });
});

describe('a full pass', () => {
  it('is due at its time, before any delta, and once though it was missed for days', () => {
    expect(due(at('21T03:00:01'))).toEqual({ kind: 'full', slot: at('21T03:00:00') });
    expect(due(at('24T12:00:00'), [slot('full', at('20T03:00:00'))])).toEqual({ kind: 'full', slot: at('24T03:00:00') });
    expect(due(at('21T03:10:00'), [slot('full', at('21T03:00:00'))])).toMatchObject({ kind: 'delta' });
  });

  it('is not due where somebody has read everything since', () => {
    expect(due(at('21T04:00:00'), [], at('21T03:30:00'))).toMatchObject({ kind: 'delta' });
  });

  it('that failed is tried again, with growing pauses, and deltas go on meanwhile', () => {
    const failed = (attempts: number) => slot('full', at('21T03:00:00'), { state: 'failed', attempts, finishedAt: at('21T03:20:00') });
    expect(due(at('21T03:24:00'), [failed(1)])).toMatchObject({ kind: 'delta' });
    expect(due(at('21T03:25:00'), [failed(1)])).toEqual({ kind: 'full', slot: at('21T03:00:00') });
    expect(due(at('21T03:29:00'), [failed(2)])).toMatchObject({ kind: 'delta' });
    expect(due(at('21T03:30:00'), [failed(2)])).toMatchObject({ kind: 'full' });
    expect(due(at('21T04:20:00'), [failed(40)])).toMatchObject({ kind: 'full' });
  });

  it('is what a pipeline begins with, whatever its times', () => {
    const now = at('20T10:00:42');
    expect(due(now, [], null)).toEqual({ kind: 'full', slot: now });
    expect(due(now, [], null, { ...nightly, full: null } as never)).toEqual({ kind: 'full', slot: now });
    const failed = slot('full', at('20T10:00:00'), { state: 'failed' });
    expect(due(now, [failed], null)).toBeNull();
    expect(due(at('20T10:05:00'), [failed], null)).toEqual({ kind: 'full', slot: at('20T10:00:00') });
  });
});

describe('a run that is under way', () => {
  const running = (kind: TakenSlot['kind'], time: Date, lapsed = false) => slot(kind, time, { state: 'running', lapsed, finishedAt: null });

  it('is taken over once its process gives no sign of life', () => {
    expect(due(at('20T10:00:00'), [running('full', at('20T03:00:00'), true)])).toEqual({ kind: 'full', slot: at('20T03:00:00') });
  });

  it('keeps everything else waiting where it is a delta', () => {
    expect(due(at('21T03:00:00'), [running('delta', at('21T02:59:00'))])).toBeNull();
  });

  it.each([
    ['a full pass', readAt],
    ['the first of all', null],
  ])('lets deltas go on where it is %s, and no other', (_which, lastFullSync) => {
    const full = running('full', at('21T03:00:00'));
    expect(due(at('21T05:00:00'), [full], lastFullSync)).toEqual({ kind: 'delta', slot: at('21T05:00:00') });
    expect(due(at('21T05:00:00'), [full, slot('delta', at('21T05:00:00'))], lastFullSync)).toBeNull();
    expect(due(at('21T05:00:00'), [full, running('delta', at('21T04:59:00'))], lastFullSync)).toBeNull();
    expect(due(at('22T05:00:00'), [full, slot('delta', at('22T05:00:00'))], lastFullSync)).toBeNull();
  });
});

it('nothing is due of a pipeline without schedules', () => {
  expect(due(at('20T10:00:00'), [], null, { delta: null, full: null } as never)).toBeNull();
});

describe('the last time of a cron expression', () => {
  it.each([
    ['* * * * *', '20T10:00:30', '20T10:00:00'],
    ['0 3 * * *', '20T03:00:00', '20T03:00:00'],
    ['0 3 * * *', '20T02:59:59', '19T03:00:00'],
    ['30 4 1 * *', '20T10:00:00', '01T04:30:00'],
  ])('%s at %s', (expression, now, expected) => expect(lastTimeOf(expression, at(now))).toEqual(at(expected)));

  it('is null where it names none', () => expect(lastTimeOf('0 0 30 2 *', at('20T10:00:00'))).toBeNull());
});
