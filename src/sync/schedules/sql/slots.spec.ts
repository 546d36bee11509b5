import { createTestDatabase, type TestDatabase } from '../../../../test/kit/database.js';
import type { DueRun } from '../due-run.js';
import { pauseConnection } from '../../../queue/sql/pauses.js';
import { newestSlots } from './newest-slots.js';
import { closeSlot, keepSlot, readSlots, recordSkipped, takeSlot } from './slots.js';

let db: TestDatabase;
let pipelines = 0;
let pipeline: string;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  pipeline = `p${(pipelines += 1)}`;
  await db.database.query('INSERT INTO pipeline_state (pipeline) VALUES ($1)', [pipeline]);
});

const full: DueRun = { kind: 'full', slot: new Date('2026-11-20T03:00:00Z') };
const delta = (minute: number): DueRun => ({ kind: 'delta', slot: new Date(Date.UTC(2026, 10, 20, 10, minute)) });
const take = (due: DueRun, leaseMs = 60_000) => takeSlot(db.database, pipeline, due, { owner: 'somebody', leaseMs });
const close = (due: DueRun, token: number, how: 'done' | 'failed' | 'given-up') => closeSlot(db.database, pipeline, due, token, how);
const slots = async () =>
  (await readSlots(db.database, [pipeline]))[0]?.slots.map(({ kind, state, attempts, lapsed }) => ({ kind, state, attempts, lapsed }));

describe('a slot', () => {
  it('is taken by one, however many ask at once', async () => {
    const tokens = await Promise.all(Array.from({ length: 8 }, () => take(full)));
    expect(tokens.filter((token) => token !== null)).toEqual([1]);
  });

  it('keeps others of its kind and pipeline out as long as it runs, and nobody else', async () => {
    expect(await take(delta(0))).toBe(1);
    expect(await take(delta(1))).toBeNull();
    expect(await take(full)).toBe(1);
    const other = `${pipeline} other`;
    expect(await takeSlot(db.database, other, delta(0), { owner: 'somebody', leaseMs: 60_000 })).toBe(1);
    await close(delta(0), 1, 'done');
    expect(await take(delta(1))).toBe(1);
  });

  it('is taken over once its owner is dead, who can then neither keep nor close it', async () => {
    expect(await take(full, -1)).toBe(1);
    expect(await slots()).toEqual([{ kind: 'full', state: 'running', attempts: 1, lapsed: true }]);
    expect(await take(full)).toBe(2);
    expect(await keepSlot(db.database, pipeline, full, 1, 60_000)).toBe(false);
    await close(full, 1, 'done');
    expect(await slots()).toEqual([{ kind: 'full', state: 'running', attempts: 2, lapsed: false }]);
    expect(await keepSlot(db.database, pipeline, full, 2, 60_000)).toBe(true);
  });

  it('that is done is not taken again; one that failed is; one that was given up is free at once', async () => {
    await take(full);
    await close(full, 1, 'given-up');
    expect(await slots()).toEqual([{ kind: 'full', state: 'running', attempts: 1, lapsed: true }]);
    expect(await take(full)).toBe(2);
    await close(full, 2, 'failed');
    expect(await take(full)).toBe(3);
    await close(full, 3, 'done');
    expect(await take(full)).toBeNull();
  });

  it('is forgotten a day after, a pass 90 days after, and one that runs never', async () => {
    const of = (kind: DueRun['kind'], day: number): DueRun => ({ kind, slot: new Date(Date.UTC(2026, 0, day)) });
    for (const due of [of('delta', 1), of('delta', 2), of('full', 1), of('delta', 3), of('full', 91), of('full', 92)])
      await close(due, (await take(due)) ?? 0, 'done');
    const kept = await db.database.query<{ kind: string; slot: Date }>(
      'SELECT kind, slot FROM schedule_slot WHERE pipeline = $1 ORDER BY kind, slot',
      [pipeline],
    );
    expect(kept).toEqual([of('delta', 2), of('delta', 3), of('full', 91), of('full', 92)]);
  });

  it('is not taken any more where another process was at a later one, and that is written down', async () => {
    await close(delta(1), (await take(delta(1))) ?? 0, 'done');
    expect(await take(delta(0))).toBeNull();
    expect(await reports()).toEqual(['10:01 done 0 null', '10:00 skipped 1 another process was at a later one']);
  });
});

const minute = (number: number): Date => delta(number).slot;
const reports = async () =>
  (await newestSlots(db.database, pipeline)).map(
    ({ slot, state, skipped, reason }) => `${slot.toISOString().slice(11, 16)} ${state} ${skipped} ${reason}`,
  );

describe('slots without a run', () => {
  const missed = (first: number, last: number) => ({
    kind: 'delta' as const,
    first: minute(first),
    last: minute(last),
    count: last - first + 1,
    reason: 'nobody looked',
  });

  it('are written down once, however many processes see them', async () => {
    await Promise.all(Array.from({ length: 8 }, () => recordSkipped(db.database, pipeline, [missed(1, 4)])));
    await recordSkipped(db.database, pipeline, [missed(1, 3)]);
    expect(await reports()).toEqual(['10:04 skipped 4 nobody looked']);
    expect((await readSlots(db.database, [pipeline]))[0]?.accounted).toEqual({ delta: minute(4) });
  });

  it('do not hide what was taken before them', async () => {
    await close(delta(0), (await take(delta(0))) ?? 0, 'failed');
    await recordSkipped(db.database, pipeline, [missed(1, 4)]);
    expect(await slots()).toEqual([{ kind: 'delta', state: 'failed', attempts: 1, lapsed: true }]);
  });

  it('can still get one where they had to wait, and not where several were missed', async () => {
    await recordSkipped(db.database, pipeline, [missed(1, 4), missed(5, 5)]);
    expect(await take(delta(4))).toBeNull();
    expect(await take({ ...delta(5), note: 'without categories' })).toBe(1);
    expect(await reports()).toEqual(['10:05 running 0 without categories', '10:04 skipped 4 nobody looked']);
  });
});

it('a source that a person paused is told of', async () => {
  await db.database.query(`UPDATE pipeline_state SET source_connection = 'pim' WHERE pipeline = $1`, [pipeline]);
  const paused = async () => (await readSlots(db.database, [pipeline]))[0]?.pausedSource;
  expect(await paused()).toBeNull();
  const action = { actor: { kind: 'user', name: 'anna' }, action: 'pause', target: 'connection pim', details: {} } as const;
  await pauseConnection(db.database, 'pim', null, action);
  expect(await paused()).toBe('pim');
});
