import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import { addUses, dropUses, resolveReferences, usersOf } from './references.js';

let db: TestDatabase;
let scene: QueueScene;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
});

const to = (key: string) => ({ pipeline: scene.pipeline, key });
const resolve = async (...keys: string[]) =>
  (await resolveReferences(scene.sql, scene.connection, keys.map(to))).map(({ key, targetId }) => [key, targetId]);

describe('a reference resolves', () => {
  it('without regard to case, the exact spelling first, under the spelling that was asked for', async () => {
    await scene.deliver('Shoes', 'h', { targetId: '1' });
    await scene.deliver('shoes', 'h', { targetId: '2' });
    await scene.deliver('HATS', 'h', { targetId: '3' });
    expect(await resolve('shoes', 'Shoes', 'hats', 'gloves')).toEqual([
      ['Shoes', '1'],
      ['hats', '3'],
      ['shoes', '2'],
    ]);
  });

  it('only to what was acknowledged and stands in the shop', async () => {
    await scene.deliver('a', 'h', { targetId: '1' });
    await scene.sql.query(
      `INSERT INTO identity (connection, pipeline, entity_key, resource, target_id) VALUES ($1, $2, 'ghost', 'product', '9')`,
      [scene.connection, scene.pipeline],
    );
    expect(await resolve('a', 'ghost')).toEqual([['a', '1']]);
    await scene.enqueue('manual', [scene.change('a', null)]);
    const { entry, readNumber } = await scene.claimOne();
    const document = scene.document(entry, readNumber, { state: 'gone', hash: 'off' });
    const sendNumber = await scene.send(document);
    expect(await resolve('a')).toEqual([['a', '1']]);
    await scene.settle([scene.answer(document, sendNumber, { takenDown: 'disable' })], [scene.verdict(entry)]);
    expect(await resolve('a')).toEqual([]);
  });

  it('only within its connection', async () => {
    await scene.deliver('a', 'h', { targetId: '1' });
    expect(await resolveReferences(scene.sql, 'another shop', [to('a')])).toEqual([]);
    expect(await resolveReferences(scene.sql, scene.connection, [])).toEqual([]);
  });
});

describe('who uses something', () => {
  const use = (entityKey: string, key: string, strength: 'strong' | 'weak' = 'strong') => ({
    entityKey,
    pipeline: 'categories',
    key,
    strength,
  });
  const known = () =>
    scene.sql.query('SELECT entity_key, ref_key, strength FROM reference WHERE pipeline = $1 ORDER BY 1, 2', [scene.pipeline]);

  it('is found by what it refers to, without regard to case', async () => {
    const uses = [use('a', 'Shoes'), use('a', 'hats'), use('b', 'hats', 'weak')];
    await addUses(scene.sql, scene.pipeline, uses);
    expect(await usersOf(scene.sql, [{ pipeline: 'categories', key: 'sHOES' }])).toEqual([to('a')]);
    expect(await usersOf(scene.sql, [{ pipeline: 'categories', key: 'hats' }])).toEqual([to('a'), to('b')]);
    expect(await usersOf(scene.sql, [{ pipeline: 'models', key: 'hats' }])).toEqual([]);
    expect(await usersOf(scene.sql, [])).toEqual([]);
    await dropUses(scene.sql, scene.pipeline, uses);
    expect(await known()).toEqual([]);
  });

  it('is added to what is known, once each, and dropped use by use', async () => {
    await addUses(scene.sql, scene.pipeline, [use('a', 'x'), use('a', 'y'), use('b', 'x')]);
    await addUses(scene.sql, scene.pipeline, [use('a', 'y', 'weak'), use('a', 'z'), use('a', 'z')]);
    await dropUses(scene.sql, scene.pipeline, [use('a', 'x'), use('c', 'x')]);
    expect(await known()).toEqual([
      { entity_key: 'a', ref_key: 'y', strength: 'weak' },
      { entity_key: 'a', ref_key: 'z', strength: 'strong' },
      { entity_key: 'b', ref_key: 'x', strength: 'strong' },
    ]);
  });

  it('is forgotten when it is deleted from the shop', async () => {
    await scene.deliver('a', 'h');
    await addUses(scene.sql, scene.pipeline, [use('a', 'never')]);
    await scene.enqueue('manual', [scene.change('a', null)]);
    const { entry, readNumber } = await scene.claimOne();
    const document = scene.document(entry, readNumber, { state: 'gone' });
    const sendNumber = await scene.send(document);
    await scene.settle([scene.answer(document, sendNumber, { takenDown: 'delete' })], [scene.verdict(entry)]);
    expect(await usersOf(scene.sql, [{ pipeline: 'categories', key: 'never' }])).toEqual([]);
  });
});
