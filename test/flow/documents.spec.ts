import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv';
import { stringify } from 'yaml';
import { z } from 'zod';
import { describeApi } from '../../src/admin/openapi/document-api.js';
import { loadProject, type Project } from '../../src/config/load-project.js';
import {
  defineSource,
  defineTarget,
  type ReadsBack,
  type SourceDefinition,
  type TargetDefinition,
} from '../../src/connectors/contract/index.js';
import { silentLog } from '../../src/logging/log.js';
import type { JsonObject } from '../../src/model/json.js';
import { FreezeService } from '../../src/queue/freeze-service.js';
import { PauseService } from '../../src/queue/pause-service.js';
import { silentJourney } from '../../src/sync/journey.js';
import { openFiles } from '../../src/sync/open-files.js';
import type { OpenProject } from '../../src/sync/open-project.js';
import { SyncService } from '../../src/sync/sync-service.js';
import type { RejectedPage } from '../../src/sync/rejected/rejected.js';
import type { WhyAnswer } from '../../src/sync/why/why.js';
import { startApi, type ApiStand } from '../kit/api/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { FindingPim } from '../kit/plain/finding-pim.js';
import { PlainShop } from '../kit/plain/plain-shop.js';
import { plainFile } from '../kit/service/plain-service.js';

class Pim extends FindingPim {
  override filters(): readonly string[] {
    return ['sku'];
  }

  link(_entity: string, key: string): string {
    return `https://pim.example/${key}`;
  }
}

class Shop extends PlainShop implements ReadsBack {
  away = false;

  read(documents: Parameters<ReadsBack['read']>[0]): Promise<ReadonlyMap<string, JsonObject | null>> {
    if (this.away) return Promise.reject(new Error('the shop is away'));
    const read = ({ targetId }: { targetId: string | null }) => this.products.get((targetId ?? '').toLowerCase())?.fields ?? null;
    return Promise.resolve(new Map(documents.map((document) => [document.key, read(document)])));
  }
}

const pim = new Pim();
const shop = new Shop();
const sources = [
  defineSource({
    ...{ id: 'plain', title: 'plain', config: z.strictObject({}), entities: ['product'], limits: { maxKeys: 100, concurrency: 1 } },
    open: () => Promise.resolve(pim),
  }) as SourceDefinition,
];
const targets = [
  defineTarget({
    ...{ id: 'plain-shop', title: 'plain', config: z.strictObject({}), resources: ['product'], ...PlainShop.definition },
    open: () => Promise.resolve(shop),
  }) as TargetDefinition,
];

let test: TestDatabase;
let api: ApiStand;
let folder: string;
let project: OpenProject;
let document: ReturnType<typeof describeApi>;

const read = (): ReturnType<typeof loadProject> => loadProject(folder, { env: {}, sources, targets });
const file = plainFile('products', {
  events: false,
  when: { enabled: true },
  fields: { sku: { from: 'sku', required: true }, name: { from: 'name', required: true }, price: { from: 'price', optional: true } },
});
/** The same records for another shop, whose mapping refuses every one that has no brand. */
const offers = plainFile('offers', {
  ...{ events: false, when: { enabled: true }, target: { connection: 'other', resource: 'product' } },
  fields: { sku: { from: 'sku', required: true }, brand: { from: 'brand', required: true } },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pim2shop-mappings-'));
  await writeFile(
    join(folder, 'connections.yaml'),
    stringify({ connections: { pim: { connector: 'plain' }, shop: { connector: 'plain-shop' }, other: { connector: 'plain-shop' } } }),
  );
  await writeFile(join(folder, 'products.yaml'), stringify(file));
  await writeFile(join(folder, 'offers.yaml'), stringify(offers));
  const loaded = await read();
  if ('mistakes' in loaded) throw new Error(JSON.stringify(loaded.mistakes));
  const files: Project = loaded.project;
  test = await createTestDatabase();
  const opened = await openFiles(files, { sql: test.database, leaseMs: 5_000, log: silentLog, journey: silentJourney });
  if ('mistakes' in opened) throw new Error(JSON.stringify(opened.mistakes));
  project = opened.project;
  api = await startApi(test, { project: files, check: read });
  document = describeApi(api.app);
  for (const key of ['a', 'b', 'c/1:x']) pim.put(key, { sku: `SKU-${key}`, name: `name of ${key}`, enabled: true, price: 1 });
  pim.put('nameless', { sku: 'SKU-N', enabled: true });
  pim.put('costly', { sku: 'SKU-C', name: 'costly', enabled: true, price: 'wrong' });
  pim.put('off', { sku: 'SKU-O', name: 'off', enabled: false });
  await sync('full');
  pim.put('new', { sku: 'SKU-NEW', name: 'new', enabled: true });
}, 60_000);

afterAll(async () => {
  await api.close();
  await project.close();
  await rm(folder, { recursive: true });
  await test.drop();
});

async function sync(kind: 'full' | 'delta', pipeline = 'products'): Promise<void> {
  pim.clock += 10_000;
  const { signal } = new AbortController();
  await new SyncService(project).sync({ pipeline, kind, trigger: 'command', limit: null, signal });
}

/** Asks, and holds the answer to what the documentation says of it. */
async function ask(template: string, path: string, body?: unknown): Promise<{ status: number; body: never }> {
  const method = body === undefined ? 'GET' : 'POST';
  const answer = await api.ask(method, path, { key: body === undefined ? api.keys.viewer : api.keys.operator, body });
  const item = document.paths[template] as
    Record<string, { responses: Record<string, { content: Record<string, { schema: object }> }> }> | undefined;
  const responses = item?.[method.toLowerCase()]?.responses;
  const schema = (responses?.[answer.status] ?? responses?.['4XX'])?.content[answer.headers.get('content-type')?.split(';')[0] ?? '']
    ?.schema;
  if (schema === undefined) throw new Error(`${template} is not documented`);
  const validate = new Ajv({ strict: false, allErrors: true, formats: { 'date-time': true } }).compile({
    ...schema,
    components: document.components,
  });
  expect({ path, valid: validate(answer.body), errors: validate.errors }).toEqual({ path, valid: true, errors: null });
  return { status: answer.status, body: answer.body as never };
}

const documentPath = '/api/v1/documents/{key}';
const encoded = (key: string): string => `/api/v1/documents/${encodeURIComponent(key)}`;
async function why(name: string, more = ''): Promise<WhyAnswer['found'][number]> {
  const { body } = await ask(`${documentPath}/why`, `${encoded(name)}/why${more}`);
  const { found } = body as WhyAnswer;
  expect(found).toHaveLength(1);
  return found[0] as never;
}

describe('documents', () => {
  it('are listed page by page, each once, and by what narrows them', async () => {
    const keys: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await ask('/api/v1/documents', `/api/v1/documents?pipeline=products&state=live&limit=2${cursor}`);
      const page = body as { items: { documentKey: string }[]; next: string | null };
      keys.push(...page.items.map(({ documentKey }) => documentKey));
      if (page.next === null) break;
      cursor = `&cursor=${page.next}`;
    }
    expect(keys).toEqual(['product:all:-:a', 'product:all:-:b', 'product:all:-:c/1:x']);
    const one = async (query: string): Promise<unknown> => (await ask('/api/v1/documents', `/api/v1/documents?${query}`)).body;
    expect(await one('address=SKU-B')).toMatchObject({ items: [{ entityKey: 'b' }] });
    expect(await one(`entityKey=${encodeURIComponent('c/1:x')}&connection=shop&inDoubt=false`)).toMatchObject({
      items: [{ entityKey: 'c/1:x' }],
    });
    expect(await one('inDoubt=true')).toEqual({ items: [], next: null });
    expect(await ask('/api/v1/documents', '/api/v1/documents?pipeline=product')).toMatchObject({ status: 404 });
    expect(await ask('/api/v1/documents', '/api/v1/documents?cursor=x')).toMatchObject({ status: 400 });
  });

  it('are shown with what was delivered and when, whatever their key is made of', async () => {
    const key = 'product:all:-:c/1:x';
    expect(await ask(documentPath, encoded(key))).toMatchObject({
      status: 200,
      body: { documentKey: key, state: 'live', address: 'sku-c/1:x', document: { sku: 'SKU-c/1:x', price: 1 } },
    });
    expect(await ask(`${documentPath}/history`, `${encoded(key)}/history`)).toMatchObject({
      body: { history: [{ documentKey: key, whole: true, state: 'live' }] },
    });
    expect(await ask(documentPath, encoded('product:all:-:nobody'))).toMatchObject({ status: 404, body: { code: 'unknown' } });
    expect(await ask(documentPath, `${encoded(key)}?connection=other`)).toMatchObject({ status: 404 });
    for (const part of ['', '/history', '/difference', '/why'])
      expect(await ask(`${documentPath}${part}`, `${encoded('a\u0000')}${part}`)).toMatchObject({ status: 400, body: { code: 'invalid' } });
  });

  it('are compared with the record and with the shop as they are now, field by field', async () => {
    pim.edit('b', { price: 2 });
    const product = shop.products.get('sku-b');
    if (product) product.fields = { ...product.fields, name: 'by hand', stock: 3 };
    const difference = (): Promise<{ body: never }> => ask(`${documentPath}/difference`, `${encoded('product:all:-:b')}/difference`);
    expect((await difference()).body).toMatchObject({
      source: { result: 'document' },
      delivered: { state: 'live', inDoubt: false },
      shop: { result: 'read' },
      fields: [
        { field: 'sku', wanted: '"SKU-b"', delivered: '"SKU-b"', inShop: '"SKU-b"', toSend: false, otherInShop: false },
        { field: 'name', delivered: '"name of b"', inShop: '"by hand"', toSend: false, otherInShop: true },
        { field: 'price', wanted: '2', delivered: '1', inShop: '1', toSend: true, otherInShop: false },
      ],
    });
    shop.away = true;
    pim.onRequest = () => {
      throw new Error('the PIM is away');
    };
    expect((await difference()).body).toMatchObject({
      source: { result: 'failed', reason: 'the PIM is away' },
      shop: { result: 'failed', reason: 'the shop is away' },
      fields: [{}, {}, { field: 'price', wanted: null, delivered: '1', inShop: null, toSend: false }],
    });
    shop.away = false;
    pim.onRequest = () => undefined;
  });
});

describe('why', () => {
  it('finds a record by SKU, by key and by document key, also one that was never delivered', async () => {
    for (const name of ['sku-a', 'a', 'product:all:-:a']) expect(await why(name)).toMatchObject({ pipeline: 'products', key: 'a' });
    expect(await why('SKU-NEW', '?pipeline=products')).toMatchObject({
      key: 'new',
      next: { forPerson: false, then: expect.stringContaining('pim2shop sync products') as string },
    });
    expect(await ask(`${documentPath}/why`, `${encoded('nobody')}/why`)).toMatchObject({ status: 404, body: { code: 'unknown' } });
    expect(await ask(`${documentPath}/why`, `${encoded('a')}/why?pipeline=other`)).toMatchObject({ status: 404 });
  });

  it('says what to do about each thing that can be in the way', async () => {
    expect((await why('a')).next).toMatchObject({ then: null, forPerson: false });
    const nameless = await why('SKU-N', '?pipeline=products');
    expect(nameless).toMatchObject({
      mapping: { result: 'rejected', errors: [{ field: 'name', code: 'required' }] },
      entry: { state: 'dead' },
      documents: [],
      next: { forPerson: true, then: expect.stringContaining('https://pim.example/nameless') as string },
    });
    expect(await why('costly')).toMatchObject({
      entry: { state: 'dead', errorField: 'price' },
      lastError: {
        class: 'rejected',
        attempt: 1,
        context: { request: { operation: 'write', store: 'all', fields: { price: '"wrong"' } } },
      },
      next: { forPerson: true, then: expect.stringContaining('queue retry --pipeline products --key costly') as string },
    });
    expect(await why('off')).toMatchObject({
      mapping: { result: 'excluded', reason: 'enabled is false, and true is wanted' },
      next: { forPerson: false, because: expect.stringContaining('enabled is false') as string },
    });
    pim.remove('a');
    expect(await why('a')).toMatchObject({ source: { result: 'absent' }, next: { then: expect.stringContaining('--sweep') as string } });
    const pauses = new PauseService(test.database);
    await pauses.pause({ kind: 'pipeline', name: 'products' }, 'stock-taking', { kind: 'user', name: 'anna' });
    expect((await why('a')).next).toMatchObject({ forPerson: true, then: 'pim2shop resume products' });
    await pauses.resume({ kind: 'pipeline', name: 'products' }, null, { kind: 'user', name: 'anna' });
  });

  it('tells what the database knows where the PIM does not answer', async () => {
    pim.onRequest = () => {
      throw new Error('the PIM is away');
    };
    expect(await why('b')).toMatchObject({ source: { result: 'failed', reason: 'the PIM is away' }, documents: [{ state: 'live' }] });
    expect(await ask(`${documentPath}/why`, `${encoded('nobody')}/why`)).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('the PIM is away') as string },
    });
    pim.onRequest = () => undefined;
  });
});

describe('what was rejected', () => {
  it('is listed mistake by mistake, page by page, with what the PIM calls it and where it is corrected', async () => {
    const list = async (query: string): Promise<RejectedPage> => (await ask('/api/v1/rejected', `/api/v1/rejected?${query}`)).body;
    const first = await list('limit=1');
    expect(first.rejected).toMatchObject([
      { key: 'costly', name: 'SKU-C', class: 'rejected', field: 'price', link: 'https://pim.example/costly' },
    ]);
    const second = await list(`limit=1&cursor=${first.next ?? ''}`);
    expect(second).toMatchObject({
      rejected: [{ key: 'nameless', name: 'SKU-N', class: 'mapping', code: 'required' }],
      next: null,
      unread: [],
    });
    pim.onRequest = () => {
      throw new Error('the PIM is away');
    };
    expect(await list('pipeline=products')).toMatchObject({
      rejected: [{ name: null }, { name: null }],
      unread: ['products: the PIM is away'],
    });
    pim.onRequest = () => undefined;
    expect(await ask('/api/v1/rejected', '/api/v1/rejected?cursor=x')).toMatchObject({ status: 400 });
  });
});

describe('mappings', () => {
  it('are tried out on records as they are, and compared with what was delivered', async () => {
    const writes = shop.writes.length;
    const { body } = await ask('/api/v1/mappings/preview', '/api/v1/mappings/preview', {
      pipeline: 'products',
      keys: ['b', 'SKU-N', 'nobody'],
    });
    expect(body).toMatchObject({
      previews: [
        {
          record: { key: 'b', fields: { price: 2 } },
          mapped: { result: 'documents', documents: [{ fields: { price: 2 } }] },
          difference: [{ action: 'update', fields: [{ field: 'price', before: '1', after: '2' }] }],
        },
        { record: { key: 'nameless' }, mapped: { result: 'rejected', errors: [{ field: 'name' }] }, difference: [{ action: 'rejected' }] },
        { asked: 'nobody', record: null, mapped: null, difference: [] },
      ],
    });
    expect(shop.writes.length).toBe(writes);
    expect(await ask('/api/v1/mappings/preview', '/api/v1/mappings/preview', { pipeline: 'other', keys: ['b'] })).toMatchObject({
      status: 404,
    });
  });

  it('are checked as they lie there now, and nothing of a mapping is taken from a request', async () => {
    const path = '/api/v1/mappings/validate';
    expect(await ask(path, path, {})).toMatchObject({ body: { valid: true, pipelines: ['offers', 'products'] } });
    await writeFile(join(folder, 'broken.yaml'), 'pipeline: broken\nfields: {}\n');
    expect(await ask(path, path, {})).toMatchObject({
      body: { valid: false, mistakes: expect.arrayContaining([expect.objectContaining({ file: 'broken.yaml' })]) as unknown },
    });
    await rm(join(folder, 'broken.yaml'));
  });
});

it('tells of a record in every pipeline that reads it, also where it was never delivered under any SKU', async () => {
  await sync('full', 'offers');
  const { body } = await ask(`${documentPath}/why`, `${encoded('SKU-B')}/why`);
  expect(body).toMatchObject({
    unasked: [],
    found: [
      { pipeline: 'products', key: 'b', documents: [{ connection: 'shop' }] },
      { pipeline: 'offers', key: 'b', documents: [], mapping: { errors: [{ field: 'brand' }] }, next: { forPerson: true } },
    ],
  });
  expect((await ask(`${documentPath}/why`, `${encoded('SKU-B')}/why?pipeline=products`)).body).toMatchObject({
    found: [{ pipeline: 'products' }],
  });
});

it('says of what is held back who froze the shop, and how it goes on', async () => {
  const anna = { kind: 'user', name: 'anna' } as const;
  const freezes = new FreezeService(test.database);
  await freezes.freeze('shop', { except: ['price'], reason: 'sale' }, anna);
  pim.edit('c/1:x', { name: 'not on sale days' });
  await sync('delta');
  expect(await why('c/1:x', '?pipeline=products')).toMatchObject({
    entry: { state: 'parked', errorCode: 'frozen' },
    frozen: { connection: 'shop', except: ['price'] },
    next: { forPerson: true, then: 'pim2shop unfreeze shop' },
  });
  await freezes.unfreeze('shop', null, anna);
  await sync('delta');
  expect((await why('c/1:x', '?pipeline=products')).next).toMatchObject({ then: null, forPerson: false });
});
