import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { startServer, type StandInServer } from '../../../test/kit/stand-in/index.js';
import { until } from '../../../test/kit/until.js';
import { Unavailable } from '../../connectors/contract/index.js';
import { createHttpClient, RequestFailure, type HttpClient } from '../../connectors/http/index.js';
import type { Sql } from '../../database/sql.js';
import { silentLog } from '../../logging/log.js';
import { ConnectionGate } from './connection-gate.js';

let db: TestDatabase;
let server: StandInServer;
let processes: Process[] = [];
let connection = 'shop-0';

beforeAll(async () => (db = await createTestDatabase()));
afterAll(() => db.drop());
beforeEach(async () => {
  connection = `shop-${Number(connection.slice(5)) + 1}`;
  server = await startServer(() => ({ status: 200, body: {} }), { latency: 20 });
});
afterEach(async () => {
  for (const one of processes) await one.close();
  processes = [];
  await server.close();
});

/** One process with its client, which has requests enough. */
class Process {
  statements = 0;
  done = 0;
  /** Its statements wait meanwhile, as in a process that was stopped. */
  frozen: Promise<void> = Promise.resolve();
  private readonly gate: ConnectionGate;
  private readonly client: HttpClient;

  constructor(limit: number, { leaseMs = 30_000, concurrency = 4 } = {}) {
    const sql: Sql = {
      query: async (text, values) => {
        this.statements += 1;
        await this.frozen;
        return db.database.query(text, values);
      },
    };
    this.gate = new ConnectionGate({ sql, log: silentLog, connection, limit, leaseMs });
    this.client = createHttpClient({ connection, baseUrl: server.url, concurrency, gate: this.gate });
    processes.push(this);
  }

  async request(signal = new AbortController().signal): Promise<void> {
    await this.client.request({ method: 'POST', path: '/', signal });
    this.done += 1;
  }

  /** So many, as many at once as its client has under way. */
  async work(requests: number): Promise<void> {
    await Promise.all(Array.from({ length: requests }, () => this.request()));
  }

  async close(): Promise<void> {
    this.client.close();
    await this.gate.close();
  }
}

const held = async (): Promise<number> => {
  const [row] = await db.database.query<{ held: number }>(
    `SELECT coalesce(sum((h->>'slots')::int), 0) AS held FROM connection_slots, jsonb_path_query(holders, '$.*') h WHERE connection = $1`,
    [connection],
  );
  return Number(row?.held);
};

it('keeps three processes under their limit together, and each of them goes on', async () => {
  const three = [new Process(4), new Process(4), new Process(4)];
  let isOver = false;
  const working = three.map(async (one) => {
    while (!isOver) await one.work(20);
  });
  await until('each has done something', () => three.every(({ done }) => done >= 60));
  isOver = true;
  await Promise.all(working);
  expect(server.maxInFlight).toBe(4);
}, 30_000);

it('lets everybody have a turn where there are more processes than slots', async () => {
  const five = Array.from({ length: 5 }, () => new Process(2));
  let isOver = false;
  const working = five.map(async (one) => {
    while (!isOver) await one.work(8);
  });
  await until('each has done something', () => five.every(({ done }) => done >= 8));
  isOver = true;
  await Promise.all(working);
  expect(server.maxInFlight).toBeLessThanOrEqual(2);
}, 60_000);

it('costs no statement a request while a process has what it uses, and gives all back once it uses none', async () => {
  const one = new Process(3);
  await one.work(4);
  const before = { statements: one.statements, at: performance.now() };
  await one.work(200);
  // One each quarter of a second, since it wants more than there is.
  expect(one.statements - before.statements).toBeLessThanOrEqual(2 + (performance.now() - before.at) / 240);
  expect(await held()).toBe(3);
  await until('all is given back', async () => (await held()) === 0);
  const { statements } = one;
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(one.statements).toBe(statements);
});

it('begins nothing in a process that was frozen for longer than its lease; others have its slots by then', async () => {
  const [frozen, other] = [new Process(4, { leaseMs: 1_000 }), new Process(4, { leaseMs: 1_000 })];
  await frozen.work(8);
  let thaw = (): void => undefined;
  frozen.frozen = new Promise((resolve) => (thaw = resolve));
  const asked = performance.now();
  const others = other.work(40);
  await until('the other process goes on', () => other.done > 0);
  expect(performance.now() - asked).toBeGreaterThan(500);
  const { done } = frozen;
  const waiting = frozen.work(4);
  await others;
  expect(frozen.done).toBe(done);
  thaw();
  await waiting;
  expect(server.maxInFlight).toBe(4);
});

it('waits no longer than the signal says, and what was not begun was not sent', async () => {
  const [one, other] = [new Process(1), new Process(1)];
  let answer = (): void => undefined;
  server.onRequest(() => new Promise((resolve) => (answer = resolve)));
  const first = one.request();
  await until('it is under way', () => server.requests.length === 1);
  const stop = new AbortController();
  const second = other.request(stop.signal).catch((error: unknown) => error);
  setTimeout(() => stop.abort(), 50);
  const error = await second;
  expect(error).toBeInstanceOf(Unavailable);
  expect((error as Unavailable).cause).toEqual(new RequestFailure('stopped', false));
  expect(server.requests).toHaveLength(1);
  answer();
  await first;
});

it('has its slots free for others as soon as a process ends', async () => {
  const [one, other] = [new Process(1), new Process(1)];
  await one.request();
  await one.close();
  expect(await held()).toBe(0);
  await other.request();
});
