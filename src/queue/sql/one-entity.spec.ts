import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';

let db: TestDatabase;
let scene: QueueScene;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
});

const edits = 100_000;
const neighbours = 99;

it('is one entry after 100,000 edits while the workers are stopped, and keeps none of its neighbours waiting (L4)', async () => {
  let [enqueued, coalesced] = [0, 0];
  // A page holds some edits of the one, and now and then a neighbour's first one: 1,000 pages.
  for (let version = 1, page = 0; version <= edits; page += 1) {
    const ofTheOne = Array.from({ length: 100 }, () => scene.change('busy', version++));
    const ofAnother = page % 10 === 0 && page / 10 < neighbours ? [scene.change(`quiet ${page / 10}`, 1)] : [];
    const { counts } = await scene.enqueue('delta', [...ofTheOne, ...ofAnother], { hold: page });
    enqueued += counts.get(scene.pipeline)?.enqueued ?? 0;
    coalesced += counts.get(scene.pipeline)?.coalesced ?? 0;
  }
  expect({ enqueued, coalesced }).toEqual({ enqueued: 1 + neighbours, coalesced: edits - 1 });
  expect(await scene.entry('busy')).toMatchObject({ state: 'ready', version: String(edits), version_order: edits, hold: 0 });
  const { entries } = await scene.claim(200);
  expect(entries).toHaveLength(1 + neighbours);
  // It came first and stays first in line.
  expect(entries[0]).toMatchObject({ key: 'busy', versionOrder: edits });

  // Edited again while a worker has it: what that one read is not sent, and the neighbour that came meanwhile goes too.
  const { readNumber } = await scene.claim(1);
  const [busy] = entries;
  if (!busy) throw new Error('nothing was claimed');
  await scene.delta('late', 1);
  await scene.delta('busy', edits + 1);
  const document = scene.document(busy, readNumber);
  const [send] = await scene.intend([document]);
  expect(send).toMatchObject({ kind: 'superseded' });
  expect(await scene.settle([], [scene.verdict(busy, { kind: 'release' })])).toMatchObject({ renewed: ['busy'] });
  expect((await scene.claim(2)).entries.map(({ key }) => key).sort()).toEqual(['busy', 'late']);
}, 120_000);
