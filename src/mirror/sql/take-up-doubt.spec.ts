import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import { takeUpDoubt } from './take-up-doubt.js';

let db: TestDatabase;
let scene: QueueScene;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
});

/** The shop acknowledged the second of two sends; of the first nothing was ever heard. */
async function overtake(key: string): Promise<void> {
  await scene.enqueue('manual', [scene.change(key, null)]);
  const first = await scene.claimOne();
  await scene.send(scene.document(first.entry, first.readNumber, { hash: 'frozen' }));
  await scene.settle([], [scene.verdict(first.entry, { kind: 'release' })]);
  const { entry, readNumber } = await scene.claimOne();
  const document = scene.document(entry, readNumber, { hash: 'newer' });
  const sendNumber = await scene.send(document);
  await scene.settle([scene.answer(document, sendNumber)], [scene.verdict(entry)]);
}

const pass = (minutes: number) =>
  scene.sql.query("UPDATE mirror_document SET verify_at = verify_at - $2 * interval '1 min' WHERE pipeline = $1", [
    scene.pipeline,
    minutes,
  ]);

it('repairs what a frozen worker may have undone, once the shop can no longer apply it (rule 19)', async () => {
  await overtake('a');
  expect(await scene.mirror('a')).toMatchObject({ in_doubt: false, hash: 'newer' });
  await pass(9);
  expect(await takeUpDoubt(scene.sql, scene.pipeline)).toEqual([]);
  await pass(2);
  const before = await scene.mirror('a');
  expect(await takeUpDoubt(scene.sql, scene.pipeline)).toEqual([{ entityKey: 'a', gone: false }]);
  const row = await scene.mirror('a');
  expect(row).toMatchObject({ in_doubt: true, verify_at: null, hash: 'newer' });
  expect(Number(row?.send_number)).toBeGreaterThan(Number(before?.send_number));
});

it('answers an entity again where its caller died before it queued it, and not once it is queued', async () => {
  await overtake('a');
  await pass(11);
  await takeUpDoubt(scene.sql, scene.pipeline);
  expect(await takeUpDoubt(scene.sql, scene.pipeline)).toEqual([{ entityKey: 'a', gone: false }]);
  await scene.enqueue('manual', [scene.change('a', null)]);
  expect(await takeUpDoubt(scene.sql, scene.pipeline)).toEqual([]);
});

it('is done with it after one more send', async () => {
  await overtake('a');
  await pass(11);
  await takeUpDoubt(scene.sql, scene.pipeline);
  await scene.deliver('a', 'newer');
  expect(await scene.mirror('a')).toMatchObject({ in_doubt: false, verify_at: null });
  expect(await takeUpDoubt(scene.sql, scene.pipeline)).toEqual([]);
});

it('does not touch a row that is on its way already', async () => {
  await overtake('a');
  await scene.enqueue('manual', [scene.change('a', null)]);
  const { entry, readNumber } = await scene.claimOne();
  const sendNumber = await scene.send(scene.document(entry, readNumber));
  await pass(11);
  await scene.settle([], [scene.verdict(entry, { kind: 'release' })]);
  expect(await takeUpDoubt(scene.sql, scene.pipeline)).toEqual([]);
  expect(await scene.mirror('a')).toMatchObject({ send_number: sendNumber });
});

it('waits while somebody is sending the entity', async () => {
  await overtake('a');
  await pass(11);
  await scene.enqueue('manual', [scene.change('a', null)]);
  await scene.claimOne();
  expect(await takeUpDoubt(scene.sql, scene.pipeline)).toEqual([]);
});

it('takes up the owner of an address that another entity took over', async () => {
  await scene.deliver('one', 'h', { address: 'sku' });
  await scene.enqueue('manual', [scene.change('two', null)]);
  const { entry, readNumber } = await scene.claimOne();
  await scene.send(scene.document(entry, readNumber, { address: 'sku', takeFrom: { pipeline: scene.pipeline, key: 'one' } }));
  expect(await takeUpDoubt(scene.sql, scene.pipeline)).toEqual([{ entityKey: 'one', gone: false }]);
});

it('says of what was taken down that it is to be taken down again', async () => {
  await overtake('a');
  await scene.enqueue('manual', [scene.change('a', null)]);
  const { entry, readNumber } = await scene.claimOne();
  const document = scene.document(entry, readNumber, { state: 'gone' });
  const sendNumber = await scene.send(document);
  await scene.settle([scene.answer(document, sendNumber, { takenDown: 'delete' })], [scene.verdict(entry)]);
  await pass(11);
  expect(await takeUpDoubt(scene.sql, scene.pipeline)).toEqual([{ entityKey: 'a', gone: true }]);
});

it('leaves a dead letter in doubt to the person who looks at it', async () => {
  await scene.enqueue('manual', [scene.change('a', null)]);
  const { entry, readNumber } = await scene.claimOne();
  await scene.send(scene.document(entry, readNumber));
  await scene.settle([], [scene.verdict(entry, { kind: 'dead' })]);
  expect(await takeUpDoubt(scene.sql, scene.pipeline)).toEqual([]);
});
