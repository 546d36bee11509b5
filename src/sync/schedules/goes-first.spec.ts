import type { TakenSlot } from './due-run.js';
import { goesFirst, isGivenUpOn, type PipelineSlots } from './goes-first.js';

const at = (time: string): Date => new Date(`2026-11-20T${time}Z`);
const slot = (state: TakenSlot['state'], time: string, kind: TakenSlot['kind'] = 'full'): TakenSlot => ({
  kind,
  slot: at(time),
  state,
  attempts: 1,
  lapsed: false,
  finishedAt: state === 'running' ? null : at(time),
});
const timing = (hour: number) => ({ at: `0 ${hour} * * *`, timezone: 'UTC' });
const one = (pipeline: string, hour: number, now: string, slots: TakenSlot[] = []): PipelineSlots => ({
  pipeline,
  schedules: { full: timing(hour), sweep: timing(hour) },
  known: { now: at(now), lastFullSync: new Date('2026-11-19T05:00:00Z'), slots },
});
const prerequisites = [{ pipeline: 'categories', atMostMs: 3_600_000 }];
const yesterday = { ...slot('done', '03:00:00'), slot: new Date('2026-11-19T03:00:00Z') };

it.each([
  [
    'waits for one that has not begun',
    3,
    '03:00:01',
    [yesterday],
    { waits: 'depends on categories, whose full goes first', without: null },
  ],
  [
    'waits for one that runs, however long',
    3,
    '09:00:00',
    [slot('running', '03:00:00')],
    { waits: 'depends on categories, whose full goes first', without: null },
  ],
  [
    'waits for one that failed',
    3,
    '03:59:59',
    [slot('failed', '03:00:00')],
    { waits: 'depends on categories, whose full failed', without: null },
  ],
  [
    'waits no longer than is said',
    3,
    '04:00:00',
    [slot('failed', '03:00:00')],
    { waits: null, without: 'without the full of categories, which failed' },
  ],
  [
    'waits no longer for one that does not begin',
    3,
    '04:00:00',
    [yesterday],
    { waits: null, without: 'without the full of categories, which has not begun' },
  ],
  ['does not wait for one that is through', 3, '03:10:00', [slot('done', '03:00:00')], { waits: null, without: null }],
  ['does not wait for one that is not due', 4, '03:10:00', [yesterday], { waits: null, without: null }],
])('a full pass %s', (_what, hour, now, slots, expected) => {
  expect(goesFirst(one('products', 3, now), 'full', prerequisites, [one('categories', hour, now, slots)])).toEqual(expected);
});

it('a sweep waits for sweeps, and for no full pass', () => {
  const categories = (kind: TakenSlot['kind']) => one('categories', 3, '03:10:00', [{ ...slot('done', '03:00:00'), kind }]);
  const waits = (other: PipelineSlots) => goesFirst(one('products', 3, '03:10:00'), 'sweep', prerequisites, [other]).waits;
  expect(waits(categories('sweep'))).toBeNull();
  expect(waits(categories('full'))).toBe('depends on categories, whose sweep goes first');
});

it('what has no such schedule is not waited for', () => {
  const categories = { ...one('categories', 3, '03:10:00'), schedules: { delta: { everyMs: 60_000 } } };
  expect(goesFirst(one('products', 3, '03:10:00'), 'full', prerequisites, [categories])).toEqual({ waits: null, without: null });
});

it('a first load that failed is given up on after a while, and one that has not begun never', () => {
  const failed = (now: string) => one('categories', 3, now, [slot('failed', '03:00:00')]);
  expect(isGivenUpOn(failed('03:59:59'), prerequisites)).toBe(false);
  expect(isGivenUpOn(failed('04:00:00'), prerequisites)).toBe(true);
  expect(isGivenUpOn(failed('04:00:00'), [])).toBe(false);
  expect(isGivenUpOn(one('categories', 3, '09:00:00'), prerequisites)).toBe(false);
});
