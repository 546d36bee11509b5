import { createTestDatabase, type TestDatabase } from '../../test/kit/database.js';
import { QueueScene } from '../../test/kit/queue-scene.js';
import type { Actor } from '../model/actor.js';
import { PauseService } from './pause-service.js';
import { listAudit } from './sql/audit.js';
import { isDrained } from './sql/open-counts.js';
import { pausesOf } from './sql/pauses.js';

const anna: Actor = { kind: 'user', name: 'anna' };

let db: TestDatabase;
let scene: QueueScene;
let service: PauseService;

beforeAll(async () => (db = await createTestDatabase()));
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
  service = new PauseService(db.database);
  await db.database.query(`UPDATE pipeline_state SET source_connection = $2, target_connection = $3 WHERE pipeline = $1`, [
    scene.pipeline,
    `pim-of-${scene.pipeline}`,
    scene.connection,
  ]);
});
afterAll(() => db.drop());

const claimed = async (): Promise<number> => (await scene.claim()).entries.length;

describe.each([
  ['a pipeline', () => ({ kind: 'pipeline', name: scene.pipeline }) as const],
  ['the connection it writes to', () => ({ kind: 'connection', name: scene.connection }) as const],
  ['the connection it reads from', () => ({ kind: 'connection', name: `pim-of-${scene.pipeline}` }) as const],
])('%s that is paused', (_, target) => {
  it('lets nothing be claimed, goes on enqueueing, and gives everything out once it is resumed', async () => {
    await scene.delta('a');
    await service.pause(target(), 'stock-taking', anna);
    await scene.delta('b');
    expect([await claimed(), await isDrained(db.database, scene.pipeline)]).toEqual([0, true]);
    expect(await pausesOf(db.database, scene.pipeline)).toMatchObject([{ by: 'user anna', reason: 'stock-taking' }]);
    expect(await service.resume(target(), null, anna)).toBe(true);
    expect(await isDrained(db.database, scene.pipeline)).toBe(false);
    expect(await claimed()).toBe(2);
    expect(await service.resume(target(), null, anna)).toBe(false);
  });

  it('has a row for who paused it and why, and one for who went on', async () => {
    await service.pause(target(), 'stock-taking', anna);
    await service.resume(target(), null, { kind: 'key', name: '3' });
    const name = target().kind === 'pipeline' ? target().name : `connection ${target().name}`;
    expect(await listAudit(db.database, 2)).toMatchObject([
      { actor: 'key 3', action: 'resume', target: name, details: { changed: true } },
      { actor: 'user anna', action: 'pause', target: name, details: { changed: true, reason: 'stock-taking' } },
    ]);
  });
});

it('what is under way when somebody pauses is settled all the same, and waited for', async () => {
  await scene.delta('a');
  const { entry, readNumber } = await scene.claimOne();
  await service.pause({ kind: 'pipeline', name: scene.pipeline }, null, anna);
  expect(await isDrained(db.database, scene.pipeline)).toBe(false);
  const document = scene.document(entry, readNumber);
  const sendNumber = await scene.send(document);
  expect(await scene.settle([scene.answer(document, sendNumber)], [scene.verdict(entry)])).toMatchObject({ settled: ['a'] });
  expect(await isDrained(db.database, scene.pipeline)).toBe(true);
});

it('another pipeline goes on', async () => {
  const other = await QueueScene.open(db.database);
  await other.delta('a');
  await service.pause({ kind: 'pipeline', name: scene.pipeline }, null, anna);
  await service.pause({ kind: 'connection', name: scene.connection }, null, anna);
  expect((await other.claim()).entries).toHaveLength(1);
});

it('where the program itself waits for a connection, only what goes there is kept back, and that is no reason to end', async () => {
  await scene.delta('a');
  const pause = (connection: string) =>
    db.database.query(`INSERT INTO connection_state (connection, paused_until) VALUES ($1, now() + interval '1 h')`, [connection]);
  await pause(scene.connection);
  expect([await claimed(), await isDrained(db.database, scene.pipeline)]).toEqual([0, false]);
  await service.resume({ kind: 'connection', name: scene.connection }, null, anna);
  await pause(`pim-of-${scene.pipeline}`);
  expect(await claimed()).toBe(1);
});

it('a name that nobody knows is answered with the one that was meant', async () => {
  await expect(service.pause({ kind: 'pipeline', name: 'pipelin-1' }, null, anna)).rejects.toThrow(
    /There is no pipeline "pipelin-1": did you mean pipeline-/,
  );
  await expect(service.resume({ kind: 'connection', name: 'shpo-1' }, null, anna)).rejects.toThrow('There is no connection "shpo-1"');
});
