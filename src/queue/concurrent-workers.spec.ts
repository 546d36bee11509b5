import { setTimeout as wait } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../../test/kit/database.js';
import { QueueScene } from '../../test/kit/queue-scene.js';
import { QueueStorm, randomBy } from '../../test/kit/queue-storm.js';

const rounds = Number(process.env.SEEDS ?? 2);
const stormMs = 3_000;
const longestMs = 25_000;
const troubles = ['deaths', 'freezes', 'late', 'skips', 'renewed'] as const;

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  await db.database.query(
    'CREATE TABLE storm_edit (pipeline text, seq bigint, key text, version int, content text, PRIMARY KEY (pipeline, seq))',
  );
});
afterAll(() => db.drop());

/** Runs each of these over and over until told to stop. */
async function during(stop: () => boolean, ...tasks: (() => Promise<unknown>)[]): Promise<void> {
  await Promise.all(
    tasks.map(async (task) => {
      while (!stop()) if ((await task()) === false) await wait(2);
    }),
  );
}

describe('four workers, two readers, and everything that can go wrong', () => {
  it.each(Array.from({ length: rounds }, (_, round) => round + 1))(
    'lose nothing, hold nothing twice, promise nothing too early, and end as the source does (seed %i)',
    async (seed) => {
      const scene = await QueueScene.open(db.database);
      const random = randomBy(seed);
      const storm = new QueueStorm(scene, random);
      const edit = () => storm.edit().then(() => wait(random() * 8));
      const read = () => storm.readFeed().then(() => wait(random() * 5));
      const readAll = () => storm.readAll().then(() => wait(random() * 150));
      const tend = () => storm.tend().then(() => wait(3));
      const work = () => storm.work();

      // A storm in which nothing went wrong would prove nothing: on a busy machine it lasts until everything has.
      const begun = performance.now();
      const everythingHappened = () => Math.min(...troubles.map((trouble) => storm.happened[trouble])) > 0;
      const over = () => performance.now() > begun + (everythingHappened() ? stormMs : longestMs);
      await during(over, edit, read, read, readAll, tend, work, work, work, work);

      storm.faults = false;
      let calm = false;
      const settleDown = async (): Promise<void> => {
        await wait(20);
        calm = await storm.isAtRest();
      };
      const deadline = performance.now() + 15_000;
      await during(() => calm || performance.now() > deadline, settleDown, read, tend, work, work);

      expect(storm.violations).toEqual([]);
      expect({ calm, ...storm.happened }).toMatchObject({ calm: true });
      const wanted = new Map([...storm.source].map(([key, { content }]) => [key, content]));
      expect(storm.shop).toEqual(wanted);
      const mirrored = await scene.sql.query<{ entity_key: string; hash: string }>(
        'SELECT entity_key, hash FROM mirror_document WHERE pipeline = $1',
        [scene.pipeline],
      );
      expect(new Map(mirrored.map((row) => [row.entity_key, row.hash]))).toEqual(wanted);
      expect({ happened: everythingHappened(), ...storm.happened }).toMatchObject({ happened: true });
    },
    60_000,
  );
});
