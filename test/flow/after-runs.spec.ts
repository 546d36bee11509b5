import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import type { Service } from '../kit/service/index.js';
import { plainFile, plainStage, type PlainStage } from '../kit/service/plain-service.js';
import { until } from '../kit/until.js';

jest.setTimeout(60_000);

const secret = `whsec_${Buffer.from('a secret of this test, long enough').toString('base64')}`;

interface Call {
  readonly id: string;
  readonly body: { readonly run: number; readonly kind: string; readonly counts: { readonly documents: { readonly written: number } } };
}

let test: TestDatabase;
let stage: PlainStage;
let service: Service;
let cache: Server;
/** Calls the cache took, and all that came. */
let taken: Call[] = [];
let came: string[] = [];
/** What it answers; null: nothing at all. */
let answer: number | null = 204;

async function receive(request: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  // Throws where the signature is not of these bytes.
  const verified = new Webhook(secret).verify(body, request.headers as Record<string, string>) as Call['body'];
  came.push(String(request.headers['webhook-id']));
  if (answer === 204) taken.push({ id: String(request.headers['webhook-id']), body: verified });
}

async function start(role = 'all'): Promise<Service> {
  return stage.start(test.url, { PIM2SHOP_ROLE: role, AFTER_SECRET: secret });
}

beforeAll(async () => {
  test = await createTestDatabase();
  cache = createServer((request, response) => {
    receive(request).then(
      () => (answer === null ? undefined : response.writeHead(answer).end()),
      (error: unknown) => response.writeHead(401).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => cache.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(cache.address() as AddressInfo).port}/purge`;
  stage = await plainStage({
    pipelines: [
      plainFile('products', { events: false, delta: { every: '1s' }, full: { every: '12h' }, after: { url, secret: 'AFTER_SECRET' } }),
    ],
  });
  for (let n = 0; n < 5; n += 1) stage.pim.put(`k${n}`, { sku: `SKU-${n}`, name: `name ${n}` });
  stage.pim.clock += 600_000;
  service = await start();
});

afterAll(async () => {
  service.kill('SIGKILL');
  await service.ended;
  cache.closeAllConnections();
  cache.close();
  await stage.close();
  await test.drop();
});

const shown = (run: number) =>
  test.database
    .query<{ state: string; attempts: number; error: string | null }>(
      'SELECT after_state AS state, after_attempts AS attempts, after_error AS error FROM sync_run WHERE id = $1',
      [run],
    )
    .then(([row]) => row);

/** Edits a record; resolves once that is in the shop. */
async function change(name: string): Promise<void> {
  stage.pim.clock += 5_000;
  stage.pim.edit('k1', { name });
  stage.pim.clock += 60_000;
  await until('the edit is in the shop', () => stage.shop.products.get('sku-1')?.fields.name === name);
}

it('is called once a run is delivered, signed, with what came of it, and not for runs that changed nothing', async () => {
  await until('the first load was told', () => taken.length === 1);
  expect(taken[0]?.body).toMatchObject({
    ...{ type: 'pim2shop.run', pipeline: 'products', kind: 'initial', trigger: 'schedule', state: 'completed', environment: 'development' },
    counts: { settled: 5, documents: { written: 5 } },
  });
  expect(taken[0]?.id).toBe(`run_${taken[0]?.body.run}`);
  await until('that is written down', async () => (await shown(taken[0]?.body.run ?? 0))?.state === 'called');
  expect(await shown(taken[0]?.body.run ?? 0)).toEqual({ state: 'called', attempts: 1, error: null });
  await until('deltas without a change have run', async () => {
    const quiet = await test.database.query(`SELECT 1 FROM sync_run WHERE kind = 'delta' AND after_state = 'nothing'`);
    return quiet.length > 1;
  });
  expect(came).toHaveLength(1);
});

it('is called again under the same id until it is taken, by the next process as well, and keeps no run waiting', async () => {
  answer = 503;
  came = [];
  await change('first');
  await until('it was refused', () => came.length > 0);
  const [id = ''] = came;
  const run = Number(id.slice('run_'.length));
  await until('that is written down', async () => (await shown(run))?.error === 'it answered 503');
  // Meanwhile everything else goes on.
  await change('second');

  // A process that dies over a call leaves it to another.
  answer = null;
  came = [];
  await test.database.query(`UPDATE sync_run SET after_at = now() WHERE after_state = 'due'`);
  await until('a call is under way', () => came.length > 0);
  service.kill('SIGKILL');
  await service.ended;
  answer = 204;
  taken = [];
  await test.database.query(`UPDATE sync_run SET after_at = now() WHERE after_state = 'due'`);
  service = await start('scheduler');
  await until('it is taken', () => taken.some((call) => call.id === id));
  await until('that is written down', async () => (await shown(run))?.state === 'called');
  expect((await shown(run))?.error).toBeNull();
  expect((await shown(run))?.attempts).toBeGreaterThan(1);
  // One call of each run was taken.
  expect(new Set(taken.map((call) => call.id)).size).toBe(taken.length);
});
