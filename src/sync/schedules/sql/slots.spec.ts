import { createTestDatabase, type TestDatabase } from '../../../../test/kit/database.js';
import type { DueRun } from '../due-run.js';
import { closeSlot, keepSlot, readSlots, takeSlot } from './slots.js';

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

  it('is forgotten once a later one of its kind is through', async () => {
    for (const minute of [0, 1, 2]) await close(delta(minute), (await take(delta(minute))) ?? 0, 'done');
    await close(full, (await take(full)) ?? 0, 'done');
    expect(await slots()).toEqual([
      { kind: 'delta', state: 'done', attempts: 1, lapsed: true },
      { kind: 'full', state: 'done', attempts: 1, lapsed: true },
    ]);
    expect(await db.database.query('SELECT 1 FROM schedule_slot WHERE pipeline = $1', [pipeline])).toHaveLength(2);
  });
});
