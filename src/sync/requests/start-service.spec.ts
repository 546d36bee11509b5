import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import type { WantedRun } from './run-request.js';
import { keepRequest } from './sql/hold-request.js';
import { takeRequest } from './sql/take-request.js';
import { StartService } from './start-service.js';

let test: TestDatabase;
let starts: StartService;
let pipeline: string;
let pipelines = 0;

beforeAll(async () => {
  test = await createTestDatabase();
  starts = new StartService(test.database);
});
afterAll(() => test.drop());
beforeEach(async () => {
  pipeline = `p${(pipelines += 1)}`;
  await test.database.query('INSERT INTO pipeline_state (pipeline) VALUES ($1)', [pipeline]);
});

const anna = { kind: 'key', name: 'anna' } as const;
const want = (kind: WantedRun['kind'] = 'delta'): WantedRun => ({ pipeline, kind, dryRun: false, limit: null, chosen: null });
const take = (leaseMs = 60_000) => takeRequest(test.database, [pipeline], { owner: 'somebody', leaseMs });
const rows = (table: string) => test.database.query(`SELECT * FROM ${table}`);
const running = async (kind: string, alive = true): Promise<void> => {
  await test.database.query(
    `INSERT INTO sync_run (pipeline, kind, trigger, alive_until) VALUES ($1, $2, 'schedule', now() + $3 * interval '1 minute')`,
    [pipeline, kind, alive ? 1 : -1],
  );
};

describe('a start', () => {
  it('is the same under the same key, also after it is over and however many ask at once; each has keys of his own', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, () => starts.start(want(), anna, 'one')));
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
    await test.database.query(`UPDATE run_request SET state = 'done' WHERE id = $1`, [asked[0]?.id]);
    expect(await starts.start(want(), anna, 'one')).toEqual(asked[0]);
    await expect(starts.start(want('full'), anna, 'one')).rejects.toMatchObject({ kind: 'reused' });
    expect((await starts.start(want(), { ...anna, name: 'berta' }, 'one')).id).not.toBe(asked[0]?.id);
    await test.database.query(`UPDATE run_request SET state = 'done' WHERE pipeline = $1`, [pipeline]);
    await test.database.query(`UPDATE idempotency_key SET expires_at = now() - interval '1 s' WHERE actor = 'key anna'`);
    expect((await starts.start(want(), anna, 'one')).id).not.toBe(asked[0]?.id);
  });

  it('that is refused leaves nothing behind', async () => {
    await running('initial');
    const before = [await rows('idempotency_key'), await rows('run_request'), await rows('audit_log')];
    await expect(starts.start(want('full'), anna, 'refused')).rejects.toMatchObject({ kind: 'conflict' });
    expect([await rows('idempotency_key'), await rows('run_request'), await rows('audit_log')]).toEqual(before);
  });

  it('is not hindered by a run whose process is dead, and by what is asked for already it is', async () => {
    await running('delta', false);
    const { id } = await starts.start(want(), anna, null);
    await expect(starts.start(want(), anna, null)).rejects.toThrow(`request ${id}`);
  });
});

describe('what is asked for', () => {
  it('is taken by one; by another once the lease is over, and the first one knows', async () => {
    await starts.start(want(), anna, null);
    const taken = (await Promise.all(Array.from({ length: 8 }, () => take(-1)))).filter((one) => one !== null);
    // Of a lease that is over at once each takes it from the one before.
    expect(taken.map(({ attempts }) => attempts).sort()).toEqual(taken.map((_, index) => index + 1));
    const [first] = taken;
    const second = await take();
    if (!first || !second) throw new Error('it was not taken');
    expect(second).toMatchObject({ kind: 'delta', by: 'key anna', attempts: taken.length + 1 });
    expect(await keepRequest(test.database, first, 60_000)).toBeNull();
    expect(await keepRequest(test.database, second, 60_000)).toEqual({ cancelledBy: null });
    expect(await take()).toBeNull();
    await starts.cancel(second.id, null, anna);
    expect(await keepRequest(test.database, second, 60_000)).toEqual({ cancelledBy: 'key anna' });
  });

  it('waits while another lists every key, and not for one that is dead', async () => {
    await starts.start(want('full'), anna, null);
    await running('sweep');
    expect(await take()).toBeNull();
    await test.database.query(`UPDATE sync_run SET alive_until = now() - interval '1 s' WHERE pipeline = $1`, [pipeline]);
    expect(await take()).toMatchObject({ kind: 'full' });
  });

  it('ends at once where nobody has taken it', async () => {
    const { id } = await starts.start(want(), anna, null);
    await starts.cancel(id, 'not now', anna);
    expect(await take()).toBeNull();
    expect(await starts.show(id)).toMatchObject({ state: 'cancelled', cancelledBy: 'key anna' });
    await expect(starts.cancel(id, null, anna)).rejects.toMatchObject({ kind: 'conflict' });
  });
});
