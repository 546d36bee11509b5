import { Unavailable } from '../../src/connectors/contract/index.js';
import type { Log } from '../../src/logging/log.js';
import { silentLog } from '../../src/logging/log.js';
import { openBreakers } from '../../src/queue/sql/show-breaker.js';
import { readStatus } from '../../src/sync/read-status.js';
import { startApi } from '../kit/api/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { PlainPim } from '../kit/plain/plain-pim.js';
import { plainService, stopServices, type PlainService } from '../kit/plain/plain-service.js';
import type { PlainShop } from '../kit/plain/plain-shop.js';
import { until } from '../kit/until.js';

const policy = { failures: 3, first: 300, longest: 1_200 };
const products = 40;

let test: TestDatabase;
let pim: PlainPim;
let one: PlainService;
let other: PlainService;
let told: string[];

beforeEach(async () => {
  test = await createTestDatabase();
  pim = new PlainPim();
  for (let number = 1; number <= products; number += 1) pim.put(`id-${number}`, { sku: `SKU-${number}`, name: `Name ${number}` });
  pim.clock += 600_000;
  told = [];
  const tell = (message: string): void => void told.push(message);
  const log: Log = { ...silentLog, info: tell, warn: tell };
  one = await plainService(test.database, pim, ['a', 'b'], { breaker: policy, log });
  other = await plainService(test.database, pim, ['a', 'b'], { breaker: policy, log, shops: one.shops });
});

afterEach(async () => {
  await stopServices();
  await one.project.close();
  await other.project.close();
  await test.drop();
});

const shop = (name: 'a' | 'b'): PlainShop => {
  const found = one.shops.get(name);
  if (!found) throw new Error(`there is no shop ${name}`);
  return found;
};
const breaker = async () => (await openBreakers(test.database))[0] ?? null;
const trials = async (): Promise<number> => {
  const [row] = await test.database.query<{ trials: number }>(`SELECT trials FROM connection_state WHERE connection = 'shop-a'`);
  return row?.trials ?? 0;
};
const open = (): Promise<{ attempts: number; state: string }[]> =>
  test.database.query(`SELECT attempts, state FROM queue_entry WHERE pipeline = 'a'`);

/** Both processes at work, with everything queued. */
async function start(): Promise<void> {
  const processes = [one.start(), other.start()];
  await Promise.all(processes.map((process) => process.tick()));
}

function expectShopEqualsPim(name: 'a' | 'b'): void {
  const bySku = (a: { sku?: unknown }, b: { sku?: unknown }): number => String(a.sku).localeCompare(String(b.sku));
  const wanted = [...pim.rows.values()].map(({ fields }) => fields).sort(bySku);
  expect([...shop(name).products.values()].map(({ fields }) => fields).sort(bySku)).toEqual(wanted);
}

const isFull = (name: 'a' | 'b') => (): boolean => shop(name).products.size === products;

it('a shop that is down gets one trial a gap from all processes together, and everything once it answers; another shop goes on', async () => {
  const calls: number[] = [];
  let isDown = true;
  let onlyTrials = false;
  let [underWay, most] = [0, 0];
  shop('a').onWrite = async () => {
    calls.push(performance.now());
    underWay += 1;
    // Long enough for whoever else would try as well.
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (onlyTrials) most = Math.max(most, underWay);
    underWay -= 1;
    if (isDown) throw new Unavailable('the shop answered 503');
  };
  await start();
  await until('everything in the other shop', isFull('b'));
  // What was under way when it was found down is through.
  await until('nothing but trials', async () => (await trials()) > 0 && (await open()).every(({ state }) => state !== 'leased'));
  onlyTrials = true;
  const before = { calls: calls.length, trials: await trials() };
  // Two processes, each with two batches at the shop: what else was claimed by then stays here, or goes once a process has not heard of it.
  expect(before.calls - before.trials).toBeLessThanOrEqual(policy.failures + 8);
  await until('three trials more', async () => (await trials()) >= before.trials + 3);
  const [counted, sent] = [(await trials()) - before.trials, calls.length - before.calls];
  // Either of the two moments may lie within a trial.
  expect(sent).toBeLessThanOrEqual(counted + 2);
  expect(most).toBe(1);
  const gaps = calls.slice(before.calls).map((at, index) => at - (calls[before.calls + index - 1] ?? at));
  for (const gap of gaps) expect(gap).toBeGreaterThan(policy.first);

  expect(await open()).toHaveLength(products);
  expect((await open()).every(({ attempts, state }) => attempts === 0 && state !== 'dead')).toBe(true);
  expect(await breaker()).toMatchObject({ connection: 'shop-a', reason: 'the shop answered 503' });
  expect(await readStatus(test.database)).toMatchObject([{ breaker: { connection: 'shop-a' } }, { breaker: null }]);

  isDown = false;
  await until('everything in the shop', isFull('a'));
  await until('nothing open', async () => (await open()).length === 0);
  expectShopEqualsPim('a');
  expectShopEqualsPim('b');
  expect(await breaker()).toBeNull();
  const times = (message: string): number => told.filter((one) => one === message).length;
  expect(times('a shop is down: nothing is sent to it but trials')).toBe(1);
  await until('the log line', () => times('a shop that was down answers again') > 0);
  expect(times('a shop that was down answers again')).toBe(1);
}, 40_000);

it('a trial whose process died keeps the shop to itself no longer than its lease', async () => {
  await test.database.query(
    `INSERT INTO connection_state (connection, failures, failure, opened_at, next_trial_at, trial, trial_until)
     VALUES ('shop-a', 5, 'no answer', now(), now(), nextval('token_seq'), now() + interval '2 s')`,
  );
  const [{ ends }] = (await test.database.query(`SELECT trial_until AS ends FROM connection_state`)) as [{ ends: Date }];
  let first = 0;
  shop('a').onWrite = () => void (first ||= Date.now());
  await start();
  await until('everything in the shop', isFull('a'));
  expect(first).toBeGreaterThanOrEqual(ends.getTime());
  expect(await breaker()).toBeNull();
}, 40_000);

it('a shop that asks to be left alone is left alone by all processes for that long, and is not held to be down', async () => {
  const calls: number[] = [];
  shop('a').onWrite = () => {
    calls.push(performance.now());
    if (calls.length === 1) throw new Unavailable('the shop answered 429', 2_500);
  };
  await start();
  await until('everything in the shop', isFull('a'));
  const [asked = 0] = calls;
  // What the other process had claimed by then is sent; nothing is claimed until the time is over.
  expect(calls.filter((at) => at > asked + 1_500 && at < asked + 2_400)).toEqual([]);
  expect(Math.max(...calls)).toBeGreaterThan(asked + 2_400);
  expect(told).not.toContain('a shop is down: nothing is sent to it but trials');
}, 40_000);

it('who knows that the shop is mended has it tried at once, over the API, and that is written down', async () => {
  shop('a').onWrite = () => {
    throw new Unavailable('the shop answered 500');
  };
  await start();
  await until('the breaker, with nothing under way', async () => {
    await test.database.query(`UPDATE connection_state SET next_trial_at = now() + interval '1 h' WHERE opened_at IS NOT NULL`);
    return (await breaker()) !== null && (await open()).every(({ state }) => state !== 'leased');
  });
  shop('a').onWrite = () => undefined;
  const api = await startApi(test);
  try {
    const { body } = await api.ask('GET', '/api/v1/connections');
    expect((body as { connections: object[] }).connections).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'shop-a', breaker: expect.objectContaining({ reason: 'the shop answered 500' }) as object }),
      ]),
    );
    const answer = await api.ask('POST', '/api/v1/connections/shop-a/try', { key: api.keys.operator, body: { reason: 'restarted' } });
    expect(answer).toMatchObject({ status: 200, body: { wasOpen: true } });
    expect((await api.ask('POST', '/api/v1/connections/shop-a/try', { key: api.keys.viewer })).status).toBe(403);
  } finally {
    await api.close();
  }
  await until('everything in the shop', isFull('a'));
  expect(await test.database.query(`SELECT actor, action, target, details FROM audit_log WHERE action = 'try'`)).toEqual([
    { actor: 'key operator', action: 'try', target: 'connection shop-a', details: { changed: true, reason: 'restarted' } },
  ]);
}, 40_000);
