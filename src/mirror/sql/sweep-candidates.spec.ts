import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import { sweepCandidates } from './sweep-candidates.js';

let db: TestDatabase;
let scene: QueueScene;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
});

async function beginPass(): Promise<number> {
  const [run] = await scene.sql.query<{ id: number }>(
    `INSERT INTO sync_run (pipeline, kind, trigger, started_at) VALUES ($1, 'sweep', 'command', clock_timestamp()) RETURNING id`,
    [scene.pipeline],
  );
  return run?.id ?? 0;
}

const mark = (pass: number, ...keys: string[]) =>
  scene.enqueue(
    'full',
    keys.map((key) => scene.change(key, 1)),
    { pass, markOnly: true },
  );
const found = async (pass: number): Promise<string[]> =>
  (await sweepCandidates(scene.sql, scene.pipeline, pass)).candidates.map((one) => one.entityKey);

it('finds what stands in the shop and was not listed, with the send that a held removal names', async () => {
  for (const key of ['a', 'b', 'c']) await scene.deliver(key, 'h');
  const pass = await beginPass();
  await mark(pass, 'a', 'c', 'unknown');
  const row = await scene.mirror('b');
  expect(await sweepCandidates(scene.sql, scene.pipeline, pass)).toEqual({
    candidates: [{ entityKey: 'b', documentKey: scene.documentKey('b'), sendNumber: row?.send_number }],
    live: 3,
  });
});

it('finds an entity once, however many documents it has', async () => {
  await scene.enqueue('manual', [scene.change('a', null)]);
  const { entry, readNumber } = await scene.claimOne();
  const documents = ['all', 'de', 'fr'].map((store) => scene.document(entry, readNumber, { store }));
  const sends = await scene.intend(documents);
  await scene.settle(
    documents.map((document, at) => scene.answer(document, sends[at]?.kind === 'send' ? sends[at].sendNumber : 0)),
    [scene.verdict(entry)],
  );
  const pass = await beginPass();
  expect(await sweepCandidates(scene.sql, scene.pipeline, pass)).toMatchObject({ candidates: [{ entityKey: 'a' }], live: 1 });
});

it('spares what was sent after the pass began, by the database’s clock', async () => {
  await scene.deliver('old', 'h');
  const pass = await beginPass();
  await scene.deliver('new', 'h');
  expect(await found(pass)).toEqual(['old']);
});

it('spares what has an entry open, not what is dead', async () => {
  for (const key of ['ready', 'dead']) await scene.deliver(key, 'h');
  await scene.enqueue('manual', [scene.change('dead', null)]);
  await scene.settle([], [scene.verdict((await scene.claimOne()).entry, { kind: 'dead' })]);
  const pass = await beginPass();
  await scene.delta('ready', 1);
  expect(await found(pass)).toEqual(['dead']);
});

it('still finds what is in doubt, a creation too, and not what is gone or never stood there', async () => {
  await scene.deliver('doubt', 'h');
  await scene.enqueue(
    'manual',
    ['creation', 'doubt', 'refused'].map((key) => scene.change(key, null)),
  );
  const { entries, readNumber } = await scene.claim();
  const documents = entries.map((entry) => scene.document(entry, readNumber, entry.key === 'doubt' ? { state: 'gone' } : {}));
  const sends = await scene.intend(documents);
  const answers = documents.map((document, at) =>
    scene.answer(document, sends[at]?.kind === 'send' ? sends[at].sendNumber : 0, {
      result: document.entityKey === 'refused' ? 'rejected' : 'unknown',
    }),
  );
  await scene.settle(
    answers,
    entries.map((entry) => scene.verdict(entry, { kind: 'dead' })),
  );
  expect(await sweepCandidates(scene.sql, scene.pipeline, await beginPass())).toMatchObject({
    candidates: [{ entityKey: 'creation' }, { entityKey: 'doubt' }],
    live: 2,
  });
});

it('spares what a later pass has seen', async () => {
  for (const key of ['a', 'b']) await scene.deliver(key, 'h');
  const earlier = await beginPass();
  const later = await beginPass();
  await mark(later, 'a');
  await mark(earlier, 'b');
  expect(await found(earlier)).toEqual([]);
  expect(await found(later)).toEqual(['b']);
});

it('finds nothing for a pass that never was', async () => {
  await scene.deliver('a', 'h');
  expect(await found(-1)).toEqual([]);
});
