import { createTestDatabase, type TestDatabase } from '../../test/kit/database.js';
import { silentLog } from '../logging/log.js';
import { alone } from './alone.js';
import { releaseLocks, renewLocks, takeLocks } from './sql/locks.js';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const settings = (leaseMs = 5_000) => ({ sql: db.database, log: silentLog, connection: 'shop', leaseMs });
const left = () => db.database.query('SELECT name FROM connection_lock');

/** Somebody in another process: takes and releases without the turns of this one. */
const elsewhere = {
  take: (...names: string[]) => takeLocks(db.database, 'shop', names, 'somebody', 60_000),
  release: (...names: string[]) => releaseLocks(db.database, 'shop', names, 'somebody'),
};

describe('work alone', () => {
  it('is done by one at a time under a name, and beside others under another', async () => {
    let inside = 0;
    let most = 0;
    const order: number[] = [];
    const work = (turn: number) => async () => {
      most = Math.max(most, (inside += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
      order.push(turn);
    };
    await Promise.all([1, 2, 3, 4].map((turn) => alone(settings(), ['a', `b${turn}`, 'a'], work(turn))));
    expect([most, order, await left()]).toEqual([1, [1, 2, 3, 4], []]);
  });

  it('waits for another process, which holds one of its names, without holding the others', async () => {
    await elsewhere.take('b');
    let done = false;
    const waiting = alone(settings(), ['a', 'b'], () => Promise.resolve((done = true)));
    for (let looks = 0; looks < 5; looks += 1) {
      // Free whenever it is not just being tried for.
      while ((await elsewhere.take('a')).length === 0);
      await elsewhere.release('a');
    }
    expect(done).toBe(false);
    await elsewhere.release('b');
    expect(await waiting).toBe(true);
  });

  it('is not kept waiting by a process that died', async () => {
    await takeLocks(db.database, 'shop', ['a'], 'the dead', 100);
    expect(await alone(settings(), ['a'], () => Promise.resolve('done'))).toBe('done');
  });

  it('keeps its lock for as long as it takes', async () => {
    const taken = await alone(settings(150), ['a'], async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return elsewhere.take('a');
    });
    expect([taken, await left()]).toEqual([[], []]);
  });

  it('lets go when the work fails', async () => {
    await expect(alone(settings(), ['a'], () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(await left()).toEqual([]);
    expect(await renewLocks(db.database, 'shop', 'nobody', 100)).toBe(0);
  });

  it('is alone within its connection only', async () => {
    await takeLocks(db.database, 'another shop', ['a'], 'somebody', 60_000);
    expect(await alone(settings(), ['a'], () => Promise.resolve(1))).toBe(1);
    await releaseLocks(db.database, 'another shop', ['a'], 'somebody');
  });
});
