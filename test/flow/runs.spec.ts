import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import type { Service } from '../kit/service/index.js';
import { plainFile, plainStage, type PlainStage } from '../kit/service/plain-service.js';
import { until } from '../kit/until.js';

jest.setTimeout(60_000);

const adminKey = 'a-key-of-this-test-0123456789-0123456789';

let test: TestDatabase;
let stage: PlainStage;
let api: Service;
let scheduler: Service;
const services: Service[] = [];
/** Listings of the PIM that wait; opened, they go on. */
let gate: Promise<void> | null = null;
let open: () => void = () => undefined;
let listings = 0;

/** From the second page on, the PIM lists nothing more before the gate is opened. */
function close(): void {
  listings = 0;
  gate = new Promise((resolve) => {
    open = () => {
      gate = null;
      resolve();
    };
  });
}

async function start(role: string): Promise<Service> {
  const service = await stage.start(test.url, { PIM2SHOP_ROLE: role, PIM2SHOP_ADMIN_KEY: adminKey, PIM2SHOP_API_RATE: '100000' });
  services.push(service);
  if (service.url === '') throw new Error(service.output());
  return service;
}

/** Every role in a process of its own: who is asked runs nothing, who runs delivers nothing. */
beforeAll(async () => {
  test = await createTestDatabase();
  stage = await plainStage({ pipelines: [plainFile('products', { events: false })] });
  for (let n = 0; n < 10; n += 1) stage.pim.put(`k${n}`, { sku: `SKU-${n}`, name: `name ${n}` });
  stage.pim.clock += 600_000;
  stage.pim.onRequest = (request) => (request === 'keys' && (listings += 1) > 1 && gate !== null ? gate : undefined);
  [api, scheduler] = (await Promise.all(['api', 'scheduler', 'worker'].map(start))) as [Service, Service, Service];
  await until('the pipeline is known', async () => (await ask('GET', '/pipelines/products')).status === 200);
});

afterAll(async () => {
  open();
  // One who listens keeps a process that is to end no longer than anybody else.
  const [run] = await test.database.query<{ id: number }>(
    `UPDATE sync_run SET state = 'running', alive_until = now() + interval '1 h' WHERE id = 1 RETURNING id`,
  );
  const heard = listen(run?.id ?? 0);
  await until('it is told of', () => heard.events.length > 0);
  api.kill('SIGTERM');
  expect(await api.ended).toBe(0);
  await heard.ended;
  for (const service of services) service.kill('SIGKILL');
  await Promise.all(services.map(({ ended }) => ended));
  await stage.close();
  await test.drop();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { readonly id: number; readonly run: number; readonly state: string };
}

async function ask(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const answer = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${adminKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] };
}

const startRun = (body: unknown, headers?: Readonly<Record<string, string>>) => ask('POST', '/pipelines/products/runs', body, headers);

/** What became of a request, once it has come to one of these states. */
async function became(id: number, ...states: string[]): Promise<Answer['body']> {
  let request: Answer['body'] | undefined;
  await until(`request ${id} is ${states.join(' or ')}`, async () => {
    request = (await ask('GET', `/run-requests/${id}`)).body;
    return states.includes(request.state);
  });
  if (!request) throw new Error('no request');
  return request;
}

interface Event {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** What is told of a run, as it comes. */
function listen(run: number, lastEventId?: string): { readonly events: Event[]; readonly ended: Promise<void> } {
  const events: Event[] = [];
  const read = async (): Promise<void> => {
    const headers = { authorization: `Bearer ${adminKey}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) };
    const { body, headers: answered } = await fetch(`${api.url}/api/v1/runs/${run}/events`, { headers });
    expect(answered.get('content-type')).toBe('text/event-stream');
    let text = '';
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = Object.fromEntries(
          block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        );
        if (fields.data !== undefined)
          events.push({ id: fields.id ?? '', event: fields.event ?? '', data: JSON.parse(fields.data) as Event['data'] });
      }
    }
  };
  return { events, ended: read() };
}

const running = async (id: number): Promise<number> => {
  await until('it has a run', async () => (await ask('GET', `/run-requests/${id}`)).body.run !== null);
  return (await ask('GET', `/run-requests/${id}`)).body.run;
};

it('shows what would be sent, and sends nothing', async () => {
  const asked = await startRun({ kind: 'full', dryRun: true });
  expect(asked).toMatchObject({ status: 202, body: { kind: 'full', dryRun: true, limit: 1_000, by: 'key of the environment' } });
  const done = await became(asked.body.id, 'done', 'failed');
  expect(done).toMatchObject({ state: 'done', run: null, result: { totals: { seen: 10, create: 10 }, documentsLeftOut: 0 } });
  expect((done.result as { documents: unknown[] }).documents).toHaveLength(10);
  expect(stage.shop.products.size).toBe(0);
});

it('starts what was asked for once, however often it is asked under one key, and says what is in the way of another', async () => {
  close();
  const key = { 'idempotency-key': '"one"' };
  const asked = await Promise.all(Array.from({ length: 5 }, () => startRun({ kind: 'full' }, key)));
  expect(new Set(asked.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(asked.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  const [{ body, headers }] = asked as [Answer];
  expect(headers.get('location')).toBe(`/api/v1/run-requests/${body.id}`);
  expect(await startRun({ kind: 'sweep' }, key)).toMatchObject({ status: 422, body: { code: 'reused' } });
  expect(await startRun({ kind: 'full' }, { 'idempotency-key': '"' })).toMatchObject({ status: 400 });
  const run = await running(body.id);
  expect(await startRun({ kind: 'full' }, { 'idempotency-key': '"two"' })).toMatchObject({
    status: 409,
    body: { code: 'conflict', detail: `A full of products is running: run ${run}.` },
  });
  expect(await ask('GET', `/runs/${run}`)).toMatchObject({
    body: { state: 'running', trigger: 'api', startedBy: 'key of the environment' },
  });
  open();
  expect(await became(body.id, 'done', 'failed')).toMatchObject({ state: 'done', run });
  // What was refused left no key behind: asked again, it starts.
  expect(await startRun({ kind: 'full' }, key)).toMatchObject({ status: 202, body: { id: body.id } });
  await until('all of it is delivered', () => stage.shop.products.size === 10);
  let shown: Answer['body'] | undefined;
  await until('all of it is counted', async () => {
    shown = (await ask('GET', `/runs/${run}`)).body;
    return shown.left === 0;
  });
  const counts = shown?.counts as Record<string, number>;
  expect(counts).toMatchObject({ seen: 10, enqueued: 10, settled: 10 });
  expect(counts.seen).toBe((counts.enqueued ?? 0) + (counts.coalesced ?? 0) + (counts.filtered ?? 0));
  expect(shown).toMatchObject({ state: 'completed', open: {}, errors: 0, cursorFrom: null });
  expect((shown?.phases as Record<string, { finishedAt: string | null }>).reading?.finishedAt).not.toBeNull();
  expect(await ask('GET', `/runs/${run}/errors`)).toMatchObject({ status: 200, body: { items: [], next: null } });
});

it('ends a run that another process runs; its cursor stays, and the next goes on there', async () => {
  close();
  const asked = await startRun({ kind: 'full' });
  const run = await running(asked.body.id);
  const heard = listen(run);
  await until('a page was listed', () => listings > 1);
  await until('it is told of', () => heard.events.length > 0);
  expect(await ask('POST', `/runs/${run}/cancel`, { reason: 'not now' })).toMatchObject({ status: 202, body: { ended: false } });
  const sign = async () =>
    (await test.database.query<{ at: Date }>('SELECT alive_until AS at FROM sync_run WHERE id = $1', [run]))[0]?.at.getTime();
  const before = await sign();
  await until('its process has looked, and was told', async () => (await sign()) !== before);
  // The page that was asked for comes; then it ends.
  open();
  expect(await became(asked.body.id, 'cancelled', 'done')).toMatchObject({
    state: 'cancelled',
    error: 'cancelled by key of the environment',
  });
  const shown = (await ask('GET', `/runs/${run}`)).body;
  expect(shown).toMatchObject({ state: 'cancelled', error: 'cancelled by key of the environment' });
  const { cursorTo } = shown as unknown as { cursorTo: { cursor: unknown } };
  expect(cursorTo.cursor).not.toBeNull();
  await heard.ended;
  expect(heard.events[0]).toMatchObject({ event: 'progress', data: { id: run, state: 'running' } });
  expect(heard.events.at(-1)).toMatchObject({ event: 'end', data: { id: run, state: 'cancelled' } });
  expect(heard.events.filter(({ event }) => event === 'end')).toHaveLength(1);
  // Whoever comes back after the end is told that there is nothing more, though something may still be counted; who has missed it hears it.
  await test.database.query(`UPDATE sync_run SET counts = counts || '{"revived": 1}' WHERE id = $1`, [run]);
  const { id } = heard.events.at(-1) ?? { id: '' };
  expect((await ask('GET', `/runs/${run}/events`, undefined, { 'last-event-id': id })).status).toBe(204);
  const late = listen(run, heard.events[0]?.id);
  await late.ended;
  expect(late.events).toEqual([{ ...heard.events.at(-1), data: late.events[0]?.data }]);
  expect(late.events[0]).toMatchObject({ event: 'end', data: { id: run, state: 'cancelled' } });
  expect(await ask('POST', `/runs/${run}/cancel`, {})).toMatchObject({ status: 409, body: { code: 'conflict' } });
  const again = await startRun({ kind: 'full' });
  const next = await became(again.body.id, 'done', 'failed');
  expect(next.state).toBe('done');
  expect((await ask('GET', `/runs/${next.run}`)).body.cursorFrom).toEqual(cursorTo);
});

it('is taken up by another process where the one that ran it was killed', async () => {
  close();
  const asked = await startRun({ kind: 'full' });
  const run = await running(asked.body.id);
  scheduler.kill('SIGKILL');
  await scheduler.ended;
  await start('scheduler');
  await until('another has taken it', async () => (await ask('GET', `/run-requests/${asked.body.id}`)).body.run !== run);
  open();
  expect(await became(asked.body.id, 'done', 'failed')).toMatchObject({ state: 'done' });
  expect((await ask('GET', `/runs/${run}`)).body).toMatchObject({ state: 'failed' });
});

it('brings what was chosen, and says what makes no sense', async () => {
  expect(await startRun({ kind: 'partial' })).toMatchObject({ status: 400 });
  expect(await startRun({ kind: 'delta', keys: ['k1'] })).toMatchObject({ status: 400 });
  expect(await startRun({ kind: 'delta', limit: 3 })).toMatchObject({ status: 400 });
  expect(await ask('POST', '/pipelines/productz/runs', {})).toMatchObject({ status: 404, body: { code: 'unknown' } });
  // What waits from before would be told again, and counted where it was opened.
  await until('nothing waits', async () => (await test.database.query('SELECT 1 FROM queue_entry')).length === 0);
  const asked = await startRun({ kind: 'partial', keys: ['k1', 'k2'] });
  const { run, state } = await became(asked.body.id, 'done', 'failed');
  expect(state).toBe('done');
  await until('it is counted', async () => (await ask('GET', `/runs/${run}`)).body.left === 0);
  expect((await ask('GET', `/runs/${run}`)).body.counts).toMatchObject({ seen: 2, unchanged: 2 });
});
