import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import { nextReadNumber } from './next-read-number.js';

let db: TestDatabase;
let scene: QueueScene;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
});

const keys = (batch: { readonly entries: readonly { readonly key: string }[] }): string[] => batch.entries.map((entry) => entry.key);

it('hands out ready entries in stored order: by age, a higher priority ahead by a minute a point', async () => {
  await scene.enqueue('delta', [scene.change('old', 1)], { hold: 1 });
  await scene.enqueue('delta', [scene.change('urgent', 1, { priority: 2 }), scene.change('young', 1)], { hold: 1 });
  await scene.sql.query(
    `UPDATE queue_entry SET claim_order = claim_order - CASE entity_key WHEN 'old' THEN interval '3 min' ELSE interval '0' END WHERE pipeline = $1`,
    [scene.pipeline],
  );
  expect(keys(await scene.claim(2))).toEqual(['old', 'urgent']);
  expect(keys(await scene.claim(2))).toEqual(['young']);
  expect(keys(await scene.claim(2))).toEqual([]);
});

it('gives every entry a token of its own and a lease by the database’s clock, and tells what is known of it', async () => {
  await scene.enqueue('delta', [scene.change('a', 3, { kind: 'created', changedFields: ['name'] }), scene.change('b', 4)], {
    hold: 5,
    run: 17,
  });
  const { entries } = await scene.claim();
  expect(entries[0]).toMatchObject({ key: 'a', kind: 'created', cause: 'delta', version: '3', versionOrder: 3, changedFields: ['name'] });
  expect(entries[0]).toMatchObject({ attempts: 0, losses: 0, proof: null, staleSinceMs: null, run: 17, pipeline: scene.pipeline });
  expect(new Set(entries.map((entry) => entry.token)).size).toBe(2);
  const [{ left }] = (await scene.sql.query<{ left: number }>(
    `SELECT (extract(epoch FROM leased_until - clock_timestamp()) * 1000)::float8 AS left FROM queue_entry WHERE pipeline = $1 LIMIT 1`,
    [scene.pipeline],
  )) as [{ left: number }];
  expect(left).toBeGreaterThan(scene.leaseMs - 5_000);
  expect(left).toBeLessThanOrEqual(scene.leaseMs);
});

it('draws a read number after every earlier one', async () => {
  const before = await nextReadNumber(scene.sql);
  const { readNumber } = await scene.claim();
  expect(readNumber).toBeGreaterThan(before);
  expect(await nextReadNumber(scene.sql)).toBeGreaterThan(readNumber);
});

it('tells how long answers have been stale', async () => {
  await scene.delta('a', 2);
  const { entry } = await scene.claimOne();
  await scene.settle([], [scene.verdict(entry, { kind: 'retry', afterMs: 0, attempt: false, stale: true })]);
  await scene.sql.query(`UPDATE queue_entry SET state = 'ready', due_at = NULL, stale_since = now() - interval '7 s' WHERE pipeline = $1`, [
    scene.pipeline,
  ]);
  const again = await scene.claimOne();
  expect(again.entry.attempts).toBe(0);
  expect(again.entry.staleSinceMs).toBeGreaterThanOrEqual(7_000);
  expect(again.entry.staleSinceMs).toBeLessThan(20_000);
});

it('hands out nothing to a worker with another mapping, or while the pipeline is paused (rule 16)', async () => {
  await scene.delta('a', 1);
  scene.mapping = 0;
  expect(keys(await scene.claim())).toEqual([]);
  scene.mapping = 2;
  expect(keys(await scene.claim())).toEqual([]);
  scene.mapping = 1;
  await scene.sql.query('UPDATE pipeline_state SET paused = true WHERE pipeline = $1', [scene.pipeline]);
  expect(keys(await scene.claim())).toEqual([]);
  await scene.sql.query('UPDATE pipeline_state SET paused = false WHERE pipeline = $1', [scene.pipeline]);
  expect(keys(await scene.claim())).toEqual(['a']);
});

describe('an entry that lost a lease (rule 20)', () => {
  beforeEach(async () => {
    await scene.enqueue(
      'delta',
      [1, 2, 3, 4].map((n) => scene.change(`k${n}`, 1)),
      { hold: 1 },
    );
  });
  const lose = (key: string) =>
    scene.sql.query('UPDATE queue_entry SET losses = 1 WHERE pipeline = $1 AND entity_key = $2', [scene.pipeline, key]);

  it('runs alone when its turn comes, and no other batch takes it along', async () => {
    await lose('k1');
    await lose('k3');
    expect(keys(await scene.claim())).toEqual(['k1']);
    expect(keys(await scene.claim())).toEqual(['k2', 'k4']);
    expect(keys(await scene.claim())).toEqual(['k3']);
  });

  it('does not stand in the way of those behind it while somebody has it', async () => {
    await lose('k1');
    const first = await scene.claim();
    expect(keys(first)).toEqual(['k1']);
    expect(first.entries[0]?.losses).toBe(1);
    expect(keys(await scene.claim(2))).toEqual(['k2', 'k3']);
  });
});

it('passes over rows that somebody else is changing, instead of waiting for them', async () => {
  await scene.enqueue('delta', [scene.change('a', 1), scene.change('b', 1)], { hold: 1 });
  let claimed: string[] = [];
  await scene.sql.prisma.$transaction(async (transaction) => {
    await transaction.$queryRawUnsafe('SELECT 1 FROM queue_entry WHERE pipeline = $1 AND entity_key = $2 FOR UPDATE', scene.pipeline, 'a');
    claimed = keys(await scene.claim());
  });
  expect(claimed).toEqual(['b']);
  expect(keys(await scene.claim())).toEqual(['a']);
});
