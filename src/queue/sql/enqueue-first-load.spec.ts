import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import { initialPriority } from '../../queue-builder/initial-priority.js';

const priority = initialPriority({ created: 0, updated: 0, deleted: 0 });

let db: TestDatabase;
let scene: QueueScene;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
  await scene.enqueue(
    'initial',
    ['a', 'b', 'c', 'd'].map((key) => scene.change(key, 1, { priority })),
    { pass: 5 },
  );
});

const order = async (): Promise<string[]> => (await scene.claim()).entries.map(({ key }) => key);
const delta = (key: string, version: number, more = {}) => scene.enqueue('delta', [scene.change(key, version, more)], { hold: 100 });

describe('what a first load queues', () => {
  it('stands behind whatever changes meanwhile', async () => {
    await delta('z', 1);
    expect(await order()).toEqual(['z', 'a', 'b', 'c', 'd']);
  });

  it('is not put off for ever: what has waited for a week goes first', async () => {
    await db.database.query(
      `UPDATE queue_entry SET claim_order = claim_order - interval '8 days' WHERE pipeline = $1 AND entity_key = 'c'`,
      [scene.pipeline],
    );
    await delta('z', 1);
    expect(await order()).toEqual(['c', 'z', 'a', 'b', 'd']);
  });

  it('moves up where it changes meanwhile', async () => {
    await delta('c', 2);
    expect(await order()).toEqual(['c', 'a', 'b', 'd']);
  });

  it('moves up where a delta finds what the load had listed already: it was edited just before', async () => {
    expect((await delta('c', 1)).counts.get(scene.pipeline)).toEqual({ enqueued: 0, coalesced: 0, filtered: 1 });
    expect(await scene.entry('c')).toMatchObject({ priority: 0, hold: 100 });
    expect(await order()).toEqual(['c', 'a', 'b', 'd']);
  });

  it('moves up where an event tells of it, or a person asks for it', async () => {
    await scene.enqueue('event', [scene.change('d', null)]);
    await scene.enqueue('manual', [scene.change('c', null)]);
    expect((await order()).slice(0, 2).sort()).toEqual(['c', 'd']);
  });

  it('does not push back what waits already, and opens nothing again that was given up on', async () => {
    await delta('z', 1);
    await scene.enqueue('initial', [scene.change('z', 1, { priority })], { pass: 5 });
    const [first] = (await scene.claim(1)).entries;
    expect(first?.key).toBe('z');
    if (first) await scene.settle([], [scene.verdict(first, { kind: 'dead' }, { error: { code: 'x', message: 'x', field: null } })]);
    await scene.enqueue('initial', [scene.change('z', 1, { priority })], { pass: 6 });
    expect(await scene.entry('z')).toMatchObject({ state: 'dead' });
  });

  it('is marked as listed by its pass, and is no news to the next one', async () => {
    expect(await db.database.query('SELECT DISTINCT pass FROM sighting WHERE pipeline = $1', [scene.pipeline])).toEqual([{ pass: 5 }]);
    const again = await scene.enqueue('full', [scene.change('a', 1)], { pass: 6 });
    expect(again.counts.get(scene.pipeline)).toEqual({ enqueued: 0, coalesced: 1, filtered: 0 });
  });
});
