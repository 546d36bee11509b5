import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import type { Service } from '../kit/service/index.js';
import { plainFile, plainStage, type PlainStage } from '../kit/service/plain-service.js';
import { until } from '../kit/until.js';

// What others make of the API's document: a client by a public generator, compiled as strictly as we compile, steers the service.
const adminKey = 'a-key-of-this-test-0123456789-0123456789';
const programs = createRequire(__filename);
const generator = join(dirname(programs.resolve('@hey-api/openapi-ts/package.json')), 'bin/run.js');
const compiler = programs.resolve('typescript/bin/tsc');

interface Answer {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: { readonly status: number };
}
type Operation = (options: Readonly<Record<string, unknown>>) => Promise<Answer>;

let test: TestDatabase;
let stage: PlainStage;
let service: Service;
let folder: string;
let sdk: Readonly<Record<string, Operation>>;

beforeAll(async () => {
  [test, folder] = await Promise.all([createTestDatabase(), mkdtemp(join(tmpdir(), 'pim2shop-client-'))]);
  stage = await plainStage({ pipelines: [plainFile('products', { events: false })] });
  for (let n = 0; n < 10; n += 1) stage.pim.put(`k${n}`, { sku: `SKU-${n}`, name: `name ${n}` });
  stage.pim.clock += 600_000;
  service = await stage.start(test.url, { PIM2SHOP_ADMIN_KEY: adminKey });
  const document = await fetch(`${service.url}/docs/openapi.json`, { headers: { authorization: `Bearer ${adminKey}` } });
  await writeFile(join(folder, 'openapi.json'), await document.text());
  sdk = await generate(folder);
}, 120_000);

afterAll(async () => {
  service.kill('SIGTERM');
  await service.ended;
  await stage.close();
  await test.drop();
  await rm(folder, { recursive: true });
});

/** The client as the generator makes it, through the compiler, ready to be called. */
async function generate(place: string): Promise<Readonly<Record<string, Operation>>> {
  const run = promisify(execFile);
  const env = { PATH: process.env.PATH, CI: 'true', HEY_API_TELEMETRY: 'off' };
  const source = join(place, 'client');
  await run(process.execPath, [generator, '-i', join(place, 'openapi.json'), '-o', source, '-c', '@hey-api/client-fetch', '--silent'], {
    cwd: place,
    env,
  });
  const strictly = [
    '--strict',
    '--module',
    'commonjs',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom,dom.iterable',
    '--moduleResolution',
    'bundler',
  ];
  await run(process.execPath, [compiler, join(source, 'index.ts'), ...strictly, '--outDir', join(place, 'js')], {
    cwd: place,
    env,
  }).catch((error: { stdout?: string }) => {
    throw new Error(`the generated client does not compile: ${error.stdout ?? String(error)}`);
  });
  return programs(join(place, 'js/sdk.gen.js')) as Readonly<Record<string, Operation>>;
}

/** Calls an operation by its name in the document; what it answers, or why it failed. */
async function call(operation: string, options: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  const found = sdk[operation];
  if (found === undefined) throw new Error(`the client has no ${operation}, only ${Object.keys(sdk).join(', ')}`);
  return found({ baseUrl: service.url, auth: adminKey, ...options });
}

it('brings a catalogue into the shop, and tells of it', async () => {
  await until(
    'the pipeline is known',
    async () => (await call('showPipeline', { path: { pipeline: 'products' } })).response.status === 200,
  );
  const started = await call('startRun', {
    path: { pipeline: 'products' },
    body: { kind: 'full' },
    headers: { 'Idempotency-Key': 'a-night-in-november' },
  });
  expect(started).toMatchObject({ response: { status: 202 } });
  const again = await call('startRun', {
    path: { pipeline: 'products' },
    body: { kind: 'full' },
    headers: { 'Idempotency-Key': 'a-night-in-november' },
  });
  expect(again.data).toEqual(started.data);
  await until('all of it is in the shop', () => stage.shop.products.size === 10);
  const runs = async (): Promise<unknown> => (await call('listRuns', { query: { pipeline: 'products' } })).data;
  await until('the run is over', async () => JSON.stringify(await runs()).includes('"completed"'));
  expect(await runs()).toMatchObject({ items: [{ pipeline: 'products', kind: 'initial', trigger: 'api', state: 'completed' }] });
  const documents = await call('listDocuments', { query: { pipeline: 'products', limit: 3 } });
  expect(documents.data).toMatchObject({
    items: [{ pipeline: 'products', state: 'live' }, {}, {}],
    next: expect.any(String) as string,
  });
});

it('is told what it may not do, and what is not there, in the shape the document has for it', async () => {
  expect(await call('showPipeline', { path: { pipeline: 'nobody' } })).toMatchObject({
    response: { status: 404 },
    error: { code: 'unknown', status: 404 },
  });
  expect(await call('listRuns', { auth: 'nobody' })).toMatchObject({ response: { status: 401 }, error: { code: 'no_key' } });
  expect(await call('startRun', { path: { pipeline: 'products' }, body: { kind: 'sideways' } })).toMatchObject({
    response: { status: 400 },
    error: { code: 'invalid', errors: [{ path: 'kind' }] },
  });
});
