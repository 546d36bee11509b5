import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../src/config/settings.js';
import { silentLog, type Log } from '../../src/logging/log.js';
import { secrets } from '../../src/logging/secrets.js';
import { winstonLog } from '../../src/logging/winston-log.js';
import { openTracing, type Tracing } from '../../src/tracing/open-tracing.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { ecsMistakes } from '../kit/ecs/index.js';
import { startCollector, type Collector, type SeenSpan } from '../kit/otlp/index.js';
import { plainJourney } from '../kit/plain/plain-journey.js';
import { PlainPim } from '../kit/plain/plain-pim.js';
import { plainSecret, signedDelivery, told } from '../kit/plain/plain-webhooks.js';
import { plainFile, plainStage } from '../kit/service/plain-service.js';
import { smallJourney } from '../kit/small-journey/index.js';
import { until } from '../kit/until.js';

jest.setTimeout(60_000);

let test: TestDatabase;
let collector: Collector;
const before = { ...process.env };

beforeEach(async () => {
  test = await createTestDatabase();
  collector = await startCollector();
});
afterEach(async () => {
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  Object.assign(process.env, before);
  await collector.close();
  await test.drop();
});

/** Traces as the environment wants them. */
async function tracing(env: Readonly<Record<string, string>> = {}, log: Log = silentLog): Promise<Tracing> {
  Object.assign(process.env, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '50', ...env });
  const opened = await openTracing(readSettings(process.env), 'test', log);
  if (opened === null) throw new Error('traces are off');
  return opened;
}

const named = (name: string): SeenSpan[] => collector.spans.filter((span) => span.name === name);
const childrenOf = ({ spanId }: SeenSpan): SeenSpan[] => collector.spans.filter(({ parentSpanId }) => parentSpanId === spanId);
const times = ({ startTimeUnixNano, endTimeUnixNano }: SeenSpan): readonly [bigint, bigint] => [
  BigInt(startTimeUnixNano),
  BigInt(endTimeUnixNano),
];

it('a run has its batches, they their stages, and these the requests that were made in them', async () => {
  const canary = 'c4nary/of+the&collector';
  const traces = await tracing({
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${encodeURIComponent(canary)}`,
    OTEL_SERVICE_NAME: 'shop-of-acme',
  });
  const on = await smallJourney((text) => text, traces.journey);
  const [{ pim, shop }, results] = [on, await on.pass('full')];
  await on.close();
  await traces.close();

  expect(collector.headers[0]).toMatchObject({ authorization: `Bearer ${canary}`, 'content-type': 'application/json' });
  expect(collector.resource).toMatchObject({ 'service.name': 'shop-of-acme', 'deployment.environment.name': 'development' });
  const runs = named('sync.run');
  expect(runs.map(({ parentSpanId, attributes }) => ({ parentSpanId, attributes }))).toEqual(
    results.map(({ pipeline, run }) => ({
      attributes: {
        ...{ 'pim2shop.pipeline': [pipeline], 'pim2shop.run': [String(run)] },
        ...{ 'pim2shop.run.kind': 'initial', 'pim2shop.run.trigger': 'command', 'pim2shop.run.state': 'completed' },
      },
    })),
  );
  const batches = named('sync.batch');
  expect(new Set(batches.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set(runs.map(({ spanId }) => spanId)));
  for (const batch of batches) {
    const run = runs.find(({ spanId }) => spanId === batch.parentSpanId);
    expect([batch.attributes['pim2shop.pipeline']]).toEqual(run?.attributes['pim2shop.pipeline']);
    // What waited for something it refers to was opened by no run.
    expect([undefined, ...(run?.attributes['pim2shop.run'] as string[])]).toContain(
      (batch.attributes['pim2shop.run'] as string[] | undefined)?.join(),
    );
    expect(batch.traceId).toBe(run?.traceId);
    expect(Number(batch.attributes['pim2shop.entries'])).toBeGreaterThan(0);
    expect(Number(batch.attributes['pim2shop.read_number'])).toBeGreaterThan(0);
    const stages = childrenOf(batch).filter(({ name }) => name.startsWith('sync.'));
    const inOrder = stages.sort((a, b) => (times(a)[0] < times(b)[0] ? -1 : 1)).map(({ name }) => name);
    expect(inOrder).toEqual(['sync.fetch', 'sync.map', 'sync.intend', 'sync.send', 'sync.settle']);
    for (const stage of stages) {
      // Each span has a clock of its own, which are less than this apart.
      expect(times(stage)[0]).toBeGreaterThan(times(batch)[0] - 5_000_000n);
      expect(times(stage)[1]).toBeLessThan(times(batch)[1] + 5_000_000n);
    }
  }
  const sends = named('sync.send').flatMap(childrenOf);
  const asked = (spans: readonly SeenSpan[]): unknown[] =>
    [...new Set(spans.map(({ attributes }) => attributes['pim2shop.connection']))].sort();
  // Pictures are read when they are sent.
  expect([asked(named('sync.fetch').flatMap(childrenOf)), asked(sends)]).toEqual([['pim'], ['pim', 'shop']]);
  const posted = sends.find(({ name, attributes }) => name === 'POST' && attributes['pim2shop.connection'] === 'shop');
  expect(posted).toMatchObject({
    kind: 3,
    attributes: { 'http.request.method': 'POST', 'server.address': new URL(shop.url).host, 'http.response.status_code': 200 },
  });
  expect(collector.spans.some(({ attributes }) => String(attributes['url.path']).startsWith('/rest/'))).toBe(true);

  const text = collector.bodies.join('\n');
  for (const secret of [canary, pim.credentials.secret, pim.credentials.password, shop.token, pim.credentials.clientId])
    expect([secret, text.includes(secret)]).toEqual([secret, false]);
  expect(text).not.toContain('?');
  // The systems are somebody else's: none is told of our traces.
  expect(JSON.stringify(shop.requests)).not.toContain('traceparent');
});

it('a run that failed says why, without a secret; so does what the source could not give', async () => {
  secrets.add('c4nary-of-the-source');
  const traces = await tracing();
  const pim = new PlainPim();
  const on = await plainJourney(test.database, { journey: traces.journey, pim, pipeline: { name: 'traced-failing' } });
  await on.full();
  pim.changes = () => Promise.reject(new Error('no such column: c4nary-of-the-source'));
  expect((await on.delta()).state).toBe('failed');
  Reflect.deleteProperty(pim, 'changes');
  pim.clock += 60_000;
  pim.put('id-1', { sku: 'SKU-1', name: 'fine' });
  pim.carriesRecords = false;
  pim.fetch = () => Promise.reject(new Error('gone: c4nary-of-the-source'));
  expect((await on.delta()).state).toBe('failed');
  await on.project.close();
  await traces.close();
  expect(named('sync.run').map(({ status }) => status)).toEqual([
    expect.objectContaining({}),
    { code: 2, message: 'no such column: ***' },
    { code: 2, message: 'gone: ***' },
  ]);
  const [batch] = named('sync.batch');
  expect(batch).toMatchObject({ status: { code: 2, message: 'gone: ***' }, attributes: { 'pim2shop.given_back': true } });
  expect(batch && childrenOf(batch).map(({ name }) => name)).toEqual(['sync.fetch']);
});

it('lines of the log name the span they were written in, by the names of the schema', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pim2shop-log-'));
  const outlet = { write: (bytes: Buffer) => Promise.resolve(bytes.length), close: () => Promise.resolve() };
  const log = winstonLog({
    level: 'debug',
    role: 'test',
    folder: { path: folder, keepDays: 1, maxBytes: 1e8 },
    readers: { outlet, isTerminal: true },
  });
  const traces = await tracing();
  const on = await plainJourney(test.database, { journey: traces.journey, log, pipeline: { name: 'traced-lines' } });
  on.pim.put('id-1', { sku: 'SKU-1', price: 'wrong' });
  await on.full();
  await on.project.close();
  log.info('outside of everything');
  await traces.close();
  await log.close();
  const lines = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1));
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const failed = parsed.find(({ message }) => message === 'a record could not be delivered');
  const span = collector.spans.find(({ spanId }) => spanId === failed?.['span.id']);
  expect(span).toMatchObject({ traceId: failed?.['trace.id'], name: 'sync.batch' });
  expect(parsed.find(({ message }) => message === 'outside of everything')).not.toHaveProperty(['trace.id']);
  expect(lines.flatMap((line) => ecsMistakes(line))).toEqual([]);
  rmSync(folder, { recursive: true });
});

it('a sampler that records nothing sends nothing, and puts no id into a line', async () => {
  const traces = await tracing({ OTEL_TRACES_SAMPLER: 'always_off' });
  const on = await plainJourney(test.database, { journey: traces.journey, pipeline: { name: 'traced-unsampled' } });
  on.pim.put('id-1', { sku: 'SKU-1', name: 'fine' });
  expect((await on.full()).counts).toMatchObject({ settled: 1 });
  await on.project.close();
  await traces.close();
  expect(collector.bodies).toEqual([]);
});

it.each([
  ['refuses everything', 'refusing'],
  ['never answers', 'silent'],
  ['is down', 'down'],
] as const)('a collector that %s costs the traces and one warning, and nothing of the sync', async (_what, kind) => {
  const heard: string[] = [];
  const note = (message: string): void => void heard.push(message);
  const traces = await tracing(
    { OTEL_EXPORTER_OTLP_TIMEOUT: '300', OTEL_BSP_MAX_QUEUE_SIZE: '4', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '2' },
    { ...silentLog, info: note, warn: note },
  );
  if (kind === 'down') await collector.close();
  else collector.be(kind);
  const on = await plainJourney(test.database, { journey: traces.journey, pipeline: { name: `traced-${kind}` } });
  await on.full();
  for (let n = 1; n <= 5; n += 1) {
    on.pim.clock += 600_000;
    on.pim.put(`id-${n}`, { sku: `SKU-${n}`, name: 'fine' });
    expect(await on.delta()).toMatchObject({ state: 'completed', counts: { settled: 1 } });
  }
  await until('it is told', () => heard.length > 0);
  const began = performance.now();
  await traces.close();
  expect(performance.now() - began).toBeLessThan(5_500);
  await on.project.close();
  expect(heard).toEqual(['traces cannot be sent: nothing else waits for them']);
  expect(collector.spans).toEqual([]);
});

it('says when a collector takes them again, and how many were lost', async () => {
  const heard: [string, unknown][] = [];
  const note = (message: string, data: unknown): void => void heard.push([message, data]);
  const traces = await tracing({ OTEL_EXPORTER_OTLP_TIMEOUT: '300' }, { ...silentLog, info: note, warn: note });
  collector.be('refusing');
  const request = { method: 'GET', host: 'pim.example', path: '/a', status: 200, tookMs: 1, waitedMs: 0, dateMs: null };
  traces.journey.request?.('pim', request);
  await until('it is told', () => heard.length === 1);
  collector.be('willing');
  traces.journey.request?.('pim', request);
  await until('it is taken', () => collector.spans.length === 1);
  await traces.close();
  expect(heard[1]).toEqual(['traces are taken again', { lost: 1 }]);
});

it('the service sends them too, the last ones when it is told to end', async () => {
  const secret = plainSecret('t');
  const stage = await plainStage({ pipelines: [plainFile('products')], pim: { webhookSecrets: [secret] } });
  const service = await stage.start(test.url, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '60000' });
  stage.pim.put('1', { sku: 'SKU-1', name: 'fine' });
  const { headers, body } = signedDelivery(secret, [told('1')]);
  expect((await fetch(`${service.url}/hooks/pim`, { method: 'POST', headers, body })).status).toBe(202);
  await until('it is delivered', () => stage.shop.products.size === 1);
  await until('it is settled', async () => (await test.database.query('SELECT 1 FROM queue_entry')).length === 0);
  service.kill('SIGTERM');
  await service.ended;
  await stage.close();
  const [batch] = named('sync.batch');
  expect(batch?.attributes).toMatchObject({ 'pim2shop.pipeline': 'products', 'pim2shop.entries': 1 });
  expect(batch && childrenOf(batch).length).toBe(5);
});

it('without an address nothing of OpenTelemetry is there', async () => {
  expect(await openTracing(readSettings({}), 'test', silentLog)).toBeNull();
  expect(() => readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toThrow('OTEL_EXPORTER_OTLP_ENDPOINT');
});
