import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import { PauseService } from '../../queue/pause-service.js';
import { openBreakers } from '../../queue/sql/show-breaker.js';
import { closeBreaker } from './close-breaker.js';
import { countFailure, type CountedFailure } from './count-failure.js';
import { restConnection } from './rest-connection.js';
import { releaseTrial, renewTrial, takeTrial } from './trials.js';

const policy = { failures: 5, first: 1_000, longest: 6_000 };
const anna = { kind: 'user', name: 'anna' } as const;

let db: TestDatabase;
let scene: QueueScene;

beforeAll(async () => (db = await createTestDatabase()));
afterAll(() => db.drop());
beforeEach(async () => {
  scene = await QueueScene.open(db.database);
  await db.database.query('UPDATE pipeline_state SET target_connection = $2 WHERE pipeline = $1', [scene.pipeline, scene.connection]);
  await scene.delta('a');
});

const four = <Result>(call: () => Promise<Result>): Promise<Result[]> => Promise.all([1, 2, 3, 4].map(() => call()));
const fail = (trial: number | null = null): Promise<CountedFailure | null> =>
  countFailure(db.database, scene.connection, { reason: 'it answered 503', trial }, policy);
const take = (leaseMs = 30_000): Promise<number | null> => takeTrial(db.database, scene.connection, scene.pipeline, leaseMs);
const close = (): ReturnType<typeof closeBreaker> => closeBreaker(db.database, scene.connection);
const set = (what: string): Promise<unknown> =>
  db.database.query(`UPDATE connection_state SET ${what} WHERE connection = $1`, [scene.connection]);
const due = (): Promise<unknown> => set(`next_trial_at = now() - interval '1 s'`);
const claimed = async (): Promise<number> => (await scene.claim()).entries.length;

async function open(): Promise<void> {
  for (let failures = 0; failures < policy.failures; failures += 1) await fail();
}

/** A trial that was due, by whoever came. */
async function trial(): Promise<number> {
  await due();
  const token = await take();
  if (token === null) throw new Error('the trial was not there to be taken');
  return token;
}

/** A gap, and up to a quarter of it. */
function expectGap(counted: CountedFailure | null, ms: number): void {
  expect(counted?.nextTrialMs).toBeGreaterThan(ms - 200);
  expect(counted?.nextTrialMs).toBeLessThanOrEqual(ms * 1.25);
}

describe('counting a failure', () => {
  it('opens the breaker at the threshold, and not for what was under way then', async () => {
    for (let failures = 1; failures < 5; failures += 1)
      expect(await fail()).toEqual({ failures, isOpen: false, trials: 0, nextTrialMs: null });
    const opened = await fail();
    expect(opened).toMatchObject({ failures: 5, isOpen: true, trials: 0 });
    expectGap(opened, 1_000);
    expect(await fail()).toBeNull();
  });

  it('of four at once counts each, and one of them opens it', async () => {
    await fail();
    const counted = await four(fail);
    expect(counted.map((one) => one?.failures).sort()).toEqual([2, 3, 4, 5]);
    expect(counted.filter((one) => one?.isOpen)).toHaveLength(1);
  });

  it('opens it at once where one failure is enough', async () => {
    const counted = await countFailure(db.database, scene.connection, { reason: 'no answer', trial: null }, { ...policy, failures: 1 });
    expect(counted).toMatchObject({ failures: 1, isOpen: true });
  });

  it('of a trial sets the next one, each gap twice the one before, up to the longest', async () => {
    await open();
    for (const gap of [2_000, 4_000, 6_000, 6_000]) expectGap(await fail(await trial()), gap);
    expect(await openBreakers(db.database, [scene.connection])).toMatchObject([{ state: 'open', failures: 9, reason: 'it answered 503' }]);
  });

  it('of a trial that is no longer its own changes nothing', async () => {
    await open();
    const first = await trial();
    await set(`trial_until = now() - interval '1 s'`);
    const second = await take();
    expect(await fail(first)).toBeNull();
    expect(await fail(second)).toMatchObject({ trials: 1 });
  });
});

describe('a claim', () => {
  it('gets nothing from behind an open breaker, but for the trial, and tells how it stands', async () => {
    await fail();
    await scene.delta('b');
    expect(await scene.claim(1)).toMatchObject({ breaker: 'failing', entries: [{ attempts: 0 }] });
    await open();
    expect(await scene.claim()).toMatchObject({ breaker: 'open', entries: [] });
    await due();
    expect(await scene.claim()).toMatchObject({ breaker: 'due', entries: [] });
    const token = await take();
    expect(await scene.claim()).toMatchObject({ breaker: 'open', entries: [] });
    expect((await scene.claim(100, { trial: token ?? 0 })).entries).toHaveLength(1);
  });

  it('of another shop goes on', async () => {
    const other = await QueueScene.open(db.database);
    await db.database.query(`UPDATE pipeline_state SET target_connection = 'other' WHERE pipeline = $1`, [other.pipeline]);
    await other.delta('a');
    await open();
    expect(await other.claim()).toMatchObject({ breaker: null, entries: [{ key: 'a' }] });
  });
});

describe('a trial', () => {
  it('is taken by one of four, once it is due', async () => {
    await open();
    expect(await take()).toBeNull();
    await due();
    expect((await four(take)).filter((token) => token !== null)).toHaveLength(1);
    expect(await openBreakers(db.database, [scene.connection])).toMatchObject([{ state: 'half-open' }]);
  });

  it('is free again once whoever has it gives no sign of life, or gives it back', async () => {
    await open();
    const dead = await trial();
    await set(`trial_until = now() - interval '1 s'`);
    const taken = (await four(take)).filter((token) => token !== null);
    expect(taken).toHaveLength(1);
    expect(await renewTrial(db.database, scene.connection, dead, 1_000)).toBe(false);
    expect(await renewTrial(db.database, scene.connection, taken[0] ?? 0, 60_000)).toBe(true);
    expect(await take()).toBeNull();
    await releaseTrial(db.database, scene.connection, dead);
    expect(await take()).toBeNull();
    await releaseTrial(db.database, scene.connection, taken[0] ?? 0);
    expect(await take()).not.toBeNull();
  });

  it('is left to a pipeline that has something to send', async () => {
    await open();
    await due();
    await db.database.query('DELETE FROM queue_entry WHERE pipeline = $1', [scene.pipeline]);
    expect(await take()).toBeNull();
  });
});

describe('a success', () => {
  it('of four at once closes it once, for everybody', async () => {
    await open();
    const told = (await four(close)).filter((one) => one !== null);
    expect(told).toEqual([{ openMs: expect.any(Number) as number }]);
    expect(await claimed()).toBe(1);
    expect(await fail()).toMatchObject({ failures: 1, isOpen: false });
  });

  it('ends what was counted before it was open', async () => {
    for (let failures = 1; failures < 5; failures += 1) await fail();
    expect(await close()).toEqual({ openMs: null });
    expect(await close()).toBeNull();
    expect(await fail()).toMatchObject({ failures: 1, isOpen: false });
  });
});

describe('a person', () => {
  it('who pauses the connection stands above trials; resuming it tries at once', async () => {
    const people = new PauseService(db.database);
    await open();
    await people.pause({ kind: 'connection', name: scene.connection }, 'upgrade', anna);
    await due();
    expect(await scene.claim()).toMatchObject({ breaker: null, entries: [] });
    await set(`next_trial_at = now() + interval '1 h'`);
    await people.resume({ kind: 'connection', name: scene.connection }, null, anna);
    expect(await scene.claim()).toMatchObject({ breaker: 'due', entries: [] });
  });

  it('who knows that it is mended has it tried at once, and the gaps begin anew', async () => {
    const people = new PauseService(db.database);
    expect(await people.tryNow(scene.connection, null, anna)).toBe(false);
    await open();
    for (let trials = 0; trials < 3; trials += 1) await fail(await trial());
    expect(await people.tryNow(scene.connection, 'restarted', anna)).toBe(true);
    expectGap(await fail(await take()), 2_000);
    await expect(people.tryNow('nobody', null, anna)).rejects.toThrow('There is no connection "nobody"');
  });
});

describe('a shop that asks to be left alone', () => {
  const rest = (ms: number): Promise<void> => restConnection(db.database, scene.connection, ms, 'Retry-After');
  const until = async (): Promise<Date | number | null> => {
    const [row] = await db.database.query<{ until: Date | number | null }>(
      'SELECT paused_until AS until FROM connection_state WHERE connection = $1',
      [scene.connection],
    );
    return row?.until ?? null;
  };

  it('gets nothing until then; of four the longest rest stands', async () => {
    await Promise.all([2_000, 60_000, 1_000, 30_000].map(rest));
    expect(Number(await until()) - Date.now()).toBeGreaterThan(50_000);
    expect(await claimed()).toBe(0);
    await set(`paused_until = now() - interval '1 s'`);
    expect(await claimed()).toBe(1);
  });

  it('does not end what a person paused', async () => {
    await new PauseService(db.database).pause({ kind: 'connection', name: scene.connection }, null, anna);
    await rest(1);
    expect(await until()).toBe(Infinity);
  });
});
