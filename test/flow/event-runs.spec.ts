import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainSecret, signedDelivery, told, type SignedDelivery } from '../kit/plain/plain-webhooks.js';
import type { Service } from '../kit/service/index.js';
import { plainFile, plainStage, type PlainStage } from '../kit/service/plain-service.js';
import { until } from '../kit/until.js';

jest.setTimeout(60_000);

const secret = plainSecret('a');
const afterSecret = `whsec_${Buffer.from('a secret of this test, long enough').toString('base64')}`;
const adminKey = 'a-key-of-this-test-0123456789-0123456789';

interface Call {
  readonly id: string;
  readonly run: number;
  readonly pipeline: string;
  readonly trigger: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
}

interface Run extends Omit<Call, 'id' | 'run'> {
  readonly id: number;
  readonly kind: string;
  readonly left: number;
  readonly startedBy: string | null;
  readonly finishedAt: string | null;
}

let test: TestDatabase;
let stage: PlainStage;
let services: Service[] = [];
let cache: Server;
let calls: Call[] = [];

async function receive(request: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  calls.push(new Webhook(afterSecret).verify(Buffer.concat(chunks).toString(), request.headers as Record<string, string>) as Call);
}

/** A PIM that tells of its records, two pipelines that hear it, and something that wants to know what came of it. */
beforeEach(async () => {
  test = await createTestDatabase();
  calls = [];
  cache = createServer((request, response) => {
    receive(request).then(
      () => response.writeHead(204).end(),
      (error: unknown) => response.writeHead(401).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => cache.listen(0, '127.0.0.1', resolve));
  const after = { url: `http://127.0.0.1:${(cache.address() as AddressInfo).port}/purge`, secret: 'AFTER_SECRET' };
  // The other one makes documents and SKUs of its own: each has one owner.
  const others = plainFile('others', { scopes: [{ store: 'other' }], fields: { sku: { from: 'name', required: true } } });
  stage = await plainStage({ pipelines: [plainFile('products', { after }), others], pim: { webhookSecrets: [secret] } });
  for (let n = 0; n < 5; n += 1) stage.pim.put(`k${n}`, { sku: `SKU-${n}`, name: `name ${n}` });
});

afterEach(async () => {
  for (const service of services) service.kill('SIGKILL');
  await Promise.all(services.map(({ ended }) => ended));
  services = [];
  cache.closeAllConnections();
  cache.close();
  await stage.close();
  await test.drop();
});

async function start(role: string, windowMs: number): Promise<Service> {
  const env = {
    PIM2SHOP_ROLE: role,
    PIM2SHOP_EVENT_RUN: String(windowMs),
    PIM2SHOP_ADMIN_KEY: adminKey,
    PIM2SHOP_API_RATE: '100000',
    AFTER_SECRET: afterSecret,
  };
  const service = await stage.start(test.url, env);
  services.push(service);
  if (service.url === '') throw new Error(service.output());
  return service;
}

async function send({ url }: Service, { headers, body }: SignedDelivery): Promise<void> {
  const answer = await fetch(`${url}/hooks/pim`, { method: 'POST', headers, body });
  await answer.body?.cancel();
  expect(answer.status).toBe(202);
}

const request = ({ url }: Service, method: string, path: string, body?: object): Promise<Response> =>
  fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${adminKey}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
const eventRuns = async (service: Service): Promise<Run[]> =>
  ((await (await request(service, 'GET', '/runs?trigger=event')).json()) as { items: Run[] }).items;
const of = (runs: readonly Run[], pipeline: string): Run | undefined => runs.find((run) => run.pipeline === pipeline);

const sum = (counts: Readonly<Record<string, number>>, ...names: readonly string[]): number =>
  names.reduce((all, name) => all + (counts[name] ?? 0), 0);

it('what events bring is a run whose counts add up, told once to what waits for it', async () => {
  const service = await start('all', 1_500);
  const first = signedDelivery(secret, [told('k0'), told('k1'), told('k0')]);
  await send(service, first);
  await send(service, first);
  await send(service, signedDelivery(secret, [told('k2')]));
  await until('all of it is delivered', async () => {
    const runs = await eventRuns(service);
    return runs.length >= 2 && runs.every(({ state, left }) => state === 'completed' && left === 0);
  });
  const runs = (await eventRuns(service)).filter(({ pipeline }) => pipeline === 'products');
  const counts = Object.fromEntries(
    ['seen', 'enqueued', 'coalesced', 'filtered', 'settled'].map((name) => [
      name,
      runs.reduce((all, run) => all + sum(run.counts, name), 0),
    ]),
  );
  // The delivery that came again is not in it, and "k0" was told twice.
  expect(counts).toMatchObject({ seen: 4, enqueued: 3, coalesced: 1, filtered: 0, settled: 3 });
  for (const run of await eventRuns(service)) {
    expect(run).toMatchObject({ kind: 'partial', trigger: 'event', startedBy: null });
    expect(run.counts.seen).toBe(sum(run.counts, 'enqueued', 'coalesced', 'filtered'));
    expect(sum(run.counts, 'enqueued', 'revived')).toBe(
      sum(run.counts, 'settled', 'unchanged', 'removed', 'dead', 'discarded', 'absent') + run.left,
    );
  }
  await until('it is told', () => calls.length > 0);
  await until('nothing is to be told any more', async () => {
    const due = await test.database.query(`SELECT 1 FROM sync_run WHERE after_state = 'due'`);
    return due.length === 0;
  });
  expect(calls.map(({ run }) => run)).toEqual(runs.map(({ id }) => Number(id)).reverse());
  expect(calls[0]).toMatchObject({ pipeline: 'products', trigger: 'event', state: 'completed' });
  // A delivery that comes again long after its run opens none.
  await send(service, first);
  expect(await eventRuns(service)).toHaveLength(runs.length * 2);
  await send(service, signedDelivery(secret, [told('k3')]));
  await until('the next is told as well', () => calls.length > runs.length);
  expect(new Set(calls.map(({ run }) => run)).size).toBe(calls.length);
});

it('all processes note what comes in one run of each pipeline, and entries know it', async () => {
  const both = await Promise.all([start('api', 60_000), start('api', 60_000)]);
  await Promise.all(Array.from({ length: 20 }, (_, n) => send(both[n % 2] as Service, signedDelivery(secret, [told(`k${n % 5}`)]))));
  const runs = await eventRuns(both[0]);
  expect(runs.map(({ pipeline }) => pipeline).sort()).toEqual(['others', 'products']);
  expect(of(runs, 'products')).toMatchObject({ state: 'running', left: 5, counts: { seen: 20, enqueued: 5, coalesced: 15, filtered: 0 } });
  expect(await test.database.query(`SELECT DISTINCT run FROM queue_entry WHERE pipeline = 'products'`)).toEqual([
    { run: of(runs, 'products')?.id },
  ]);
});

it('it is not cancelled, keeps nobody from starting anything, and stands in front of nothing', async () => {
  const service = await start('all', 60_000);
  await until('the pipeline is known', async () => (await request(service, 'GET', '/pipelines/products')).status === 200);
  await send(service, signedDelivery(secret, [told('k0')]));
  const run = of(await eventRuns(service), 'products');
  const refused = await request(service, 'POST', `/runs/${run?.id}/cancel`, {});
  expect([refused.status, await refused.json()]).toMatchObject([
    409,
    { code: 'conflict', detail: expect.stringContaining('pause products') as string },
  ]);
  expect(of(await eventRuns(service), 'products')).toMatchObject({ state: 'running' });
  const started = await request(service, 'POST', '/pipelines/products/runs', { kind: 'partial', keys: ['k1'] });
  expect(started.status).toBe(202);
  await until('it is through', async () => {
    const { items } = (await (await request(service, 'GET', '/runs?trigger=api')).json()) as { items: Run[] };
    return items.some(({ state }) => state === 'completed');
  });
  const text = await (await fetch(`${service.url}/metrics`, { headers: { authorization: `Bearer ${adminKey}` } })).text();
  expect(text).toContain('pim2shop_runs_running{pipeline="products"} 0');
});

it('whoever listens to it hears its end', async () => {
  const service = await start('api', 1_000);
  await send(service, signedDelivery(secret, [told('k0')]));
  const run = of(await eventRuns(service), 'products');
  const events = await (await request(service, 'GET', `/runs/${run?.id}/events`)).text();
  expect(events).toContain('event: progress');
  expect(events.match(/^event: end$/gm)).toHaveLength(1);
  expect(of(await eventRuns(service), 'products')).toMatchObject({ state: 'completed' });
});
