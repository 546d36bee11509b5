import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../../src/logging/log.js';
import type { Pipeline } from '../../src/mapping/pipeline.js';
import type { JsonObject } from '../../src/model/json.js';
import { tellFirstLoad } from '../../src/sync/first-load/tell-first-load.js';
import { readStatus } from '../../src/sync/read-status.js';
import { SyncService, type Progress } from '../../src/sync/sync-service.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';
import { PlainPim } from '../kit/plain/plain-pim.js';
import { plainPipeline } from '../kit/plain/plain-pipeline.js';
import { plainService, stopServices } from '../kit/plain/plain-service.js';
import { PlainShop } from '../kit/plain/plain-shop.js';
import { servePlain, type PlainServer } from '../kit/plain/serve-plain.js';
import { until } from '../kit/until.js';

const forever = new AbortController().signal;
const keyOf = (number: number): string => `id-${String(number).padStart(2, '0')}`;

let test: TestDatabase;
let pim: PlainPim;
let shop: PlainShop;
let lines: [level: string, message: string, data: unknown][];

const log: Log = {
  debug: () => undefined,
  info: (message, data) => void lines.push(['info', message, data]),
  warn: (message, data) => void lines.push(['warn', message, data]),
  error: (message, data) => void lines.push(['error', message, data]),
};

beforeEach(async () => {
  test = await createTestDatabase();
  pim = new PlainPim();
  shop = new PlainShop();
  lines = [];
  for (let number = 1; number <= 60; number += 1) pim.put(keyOf(number), { sku: `SKU-${number}`, name: `Name ${number}` });
  pim.clock += 600_000;
  pim.pageSize = 10;
});
afterEach(async () => {
  await stopServices();
  await test.drop();
});

const open = (): Promise<PlainJourney> => plainJourney(test.database, { pim, shop, log });
const runs = () => test.database.query<{ kind: string; state: string }>('SELECT kind, state FROM sync_run ORDER BY id');
const waiting = async () =>
  (
    await test.database.query<{ key: string }>(`SELECT entity_key AS key FROM queue_entry WHERE state = 'ready' ORDER BY claim_order, 1`)
  ).map(({ key }) => key);

describe('a first load that is killed with -9', () => {
  let server: PlainServer;
  beforeEach(async () => void (server = await servePlain(pim, shop)));
  afterEach(() => server.close());

  const run = (dieAt: 'settled' | null): Promise<string> => {
    const order = { databaseUrl: test.url, url: server.url, kind: 'full', dieAt, after: 2, delayMs: 0, leaseMs: 2_000, signal: 'SIGKILL' };
    const child = spawn(process.execPath, [join(__dirname, '../../dist/test/kit/plain/run-killed.js'), JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return new Promise((resolve) => child.once('close', () => resolve(output)));
  };

  it('goes on at its page in another process, as the first load, and what was edited meanwhile goes first', async () => {
    // The fifth page keeps it waiting until it is dead.
    pim.onRequest = async (request) => {
      if (request === 'keys' && pim.requests.filter((one) => one === 'keys').length === 5) await wait(30_000, undefined, { ref: false });
    };
    shop.onWrite = () => until('four pages are listed', () => pim.requests.filter((one) => one === 'keys').length === 5);
    expect(await run('settled')).toBe('');
    pim.onRequest = () => undefined;
    shop.onWrite = () => undefined;
    expect((await runs()).map(({ kind }) => kind)).toEqual(['initial']);

    const last = (await waiting()).at(-1) ?? '';
    expect(last > keyOf(20)).toBe(true);
    pim.clock += 5_000;
    pim.edit(last, { name: 'edited while it waits' });
    pim.edit(keyOf(58), { name: 'edited before it is listed' });
    pim.clock += 60_000;
    const on = await open();
    await new SyncService(on.project).sync({
      pipeline: 'products',
      kind: 'delta',
      trigger: 'command',
      limit: null,
      signal: forever,
      deliver: false,
    });
    expect((await waiting()).slice(0, 2)).toEqual([last, keyOf(58)].sort());
    expect((await waiting()).length).toBeGreaterThan(5);

    pim.requests.length = 0;
    shop.writes.length = 0;
    expect(JSON.parse(await run(null))).toMatchObject({ kind: 'initial', state: 'completed', counts: { dead: 0 } });
    const order = shop.writes.map(({ fields }) => fields.name);
    // In the first batch; another is sent beside it.
    expect(order.indexOf('edited while it waits')).toBeLessThan(8);
    expect(order.indexOf('edited before it is listed')).toBeLessThan(8);
    expect(order.length).toBeGreaterThan(30);
    expect(pim.requests.filter((request) => request === 'keys')).toHaveLength(2);
    expect([...shop.products.values()].map(({ fields }) => fields.name).sort()).toEqual(
      [...pim.rows.values()].map(({ fields }) => fields.name).sort(),
    );
    expect(JSON.parse(await run(null))).toMatchObject({ kind: 'full', counts: { unchanged: 60, settled: 0 } });
    await on.project.close();
  }, 60_000);
});

describe('a first load under the service', () => {
  it('does not keep an edit waiting, though its own listing has not come to an end', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    pim.onRequest = (request) => (request === 'keys' && pim.requests.filter((one) => one === 'keys').length === 3 ? held : undefined);
    const service = await plainService(test.database, pim, ['one'], {
      pipeline: { delta: { everyMs: 1_000, strategy: null, overlapMs: 120_000 } },
    });
    service.start(100);
    await until('two pages are in the shop', () => (service.shops.get('one')?.products.size ?? 0) >= 20);
    pim.edit(keyOf(50), { name: 'edited' });
    pim.clock += 60_000;
    await until('the edit is in the shop', () => service.shops.get('one')?.products.get('sku-50')?.fields.name === 'edited');
    expect(service.shops.get('one')?.products.size).toBe(21);
    release();
    await until('everything is in the shop', () => service.shops.get('one')?.products.size === 60);
    expect((await runs()).filter(({ kind }) => kind !== 'delta')).toMatchObject([{ kind: 'initial' }]);
  }, 30_000);
});

describe('records of a first load that cannot be delivered', () => {
  beforeEach(() => {
    for (const number of [7, 8, 9]) pim.put(keyOf(number), { name: 'no sku' });
    for (const number of [31, 32]) pim.edit(keyOf(number), { price: 'wrong' });
    pim.clock += 60_000;
  });

  it('are written down one by one, told of in one line, and counted like all others (S15)', async () => {
    const on = await open();
    const result = await on.full();
    expect(lines).toEqual([
      [
        'warn',
        'a first load is delivered, but for some records',
        {
          ...{ pipeline: 'products', records: 5, moreCauses: 0 },
          causes: [
            { code: 'required', field: 'sku', records: 3, message: 'sku is missing', fingerprint: expect.any(String) as string },
            { code: 'price', field: 'price', records: 2, message: 'the price is no number', fingerprint: expect.any(String) as string },
          ],
        },
      ],
    ]);
    const written = await test.database.query(`SELECT 1 FROM sync_error WHERE severity = 'error' AND run = $1`, [result.run]);
    expect(written).toHaveLength(5);
    const [row] = await test.database.query<{ counts: Record<string, number> }>('SELECT counts FROM sync_run WHERE id = $1', [result.run]);
    const { seen = 0, enqueued = 0, coalesced = 0, filtered = 0, ...of } = row?.counts ?? {};
    const named = (...names: string[]): number => names.reduce((sum, name) => sum + (of[name] ?? 0), 0);
    expect(seen).toBe(60);
    expect(enqueued + coalesced + filtered).toBe(seen);
    expect(named('settled', 'unchanged', 'removed', 'dead', 'discarded', 'absent')).toBe(enqueued + named('revived'));
    expect(named('dead')).toBe(5);
    expect(row?.counts).toEqual(result.counts);

    lines = [];
    await on.full();
    expect(lines).toEqual([]);
    await on.project.close();
  });

  it('are told of now and then while it goes on, by one process of several', async () => {
    const on = await open();
    const stopping = new AbortController();
    const service = new SyncService(on.project);
    shop.onWrite = () => (shop.writes.length > 40 ? stopping.abort() : undefined);
    await service.sync({ pipeline: 'products', kind: 'full', trigger: 'command', limit: null, signal: stopping.signal });
    lines = [];
    const told = await Promise.all(Array.from({ length: 4 }, () => tellFirstLoad(test.database, log, 'products', 0)));
    expect(told).toEqual([true, true, true, true]);
    const longer = 3_600_000;
    lines = [];
    expect(await tellFirstLoad(test.database, log, 'products', longer)).toBe(true);
    expect(lines).toEqual([]);
    await test.database.query(`UPDATE sync_run SET progress = progress - 'toldAt'`);
    await Promise.all(Array.from({ length: 4 }, () => tellFirstLoad(test.database, log, 'products', longer)));
    expect(lines).toEqual([
      ['warn', 'some records of a first load could not be delivered so far', expect.objectContaining({ records: 5 })],
    ]);
    shop.onWrite = () => undefined;
    lines = [];
    await on.full();
    expect(lines.map(([, message]) => message)).toEqual(['a first load is delivered, but for some records']);
    expect(await tellFirstLoad(test.database, log, 'products', 0)).toBe(false);
    await on.project.close();
  });
});

describe('records of a first load that refer weakly to each other', () => {
  /** Each shows six others. */
  const map = (record: Parameters<Pipeline['map']>[0]): ReturnType<Pipeline['map']> => {
    const mapped = plainPipeline().map(record);
    if (mapped.kind !== 'documents') return mapped;
    const number = Number(record.key.slice(3));
    const references = [7, 13, 22, 31, 44, 53].map((step) => ({
      ...{ pipeline: 'products', strength: 'weak' as const, key: keyOf(((number + step) % 60) + 1) },
    }));
    const shown = references.map((reference, index) => [`also-${index}`, { $ref: { ...reference } }]);
    const documents = mapped.documents.map((document) => {
      const fields = { ...document.fields, ...(Object.fromEntries(shown) as JsonObject) };
      return { ...document, fields, references, text: JSON.stringify(fields), hash: `${document.hash}-linked` };
    });
    return { ...mapped, documents };
  };

  it('are sent once more when all of them are there, and not for each that has come', async () => {
    pim.pageSize = 100;
    const on = await plainJourney(test.database, {
      pim,
      shop,
      log,
      pipeline: { map, batch: { items: 4, bytes: 1_000_000, concurrency: 1 } },
    });
    expect(await on.full()).toMatchObject({ kind: 'initial', counts: { dead: 0 }, open: { ready: 0, parked: 0 } });
    const sent = shop.writes.map(({ fields }) => String(fields.sku));
    // But for the last batches: the next are read while they are sent.
    expect(new Set(sent.slice(0, 48)).size).toBe(48);
    // What was read before the last of the load was in the shop goes a third time.
    expect(sent.length).toBeLessThanOrEqual(120 + 8);
    for (const { fields } of shop.products.values())
      expect(Object.entries(fields).filter(([name, value]) => name.startsWith('also-') && typeof value === 'string')).toHaveLength(6);
    shop.writes.length = 0;
    await on.full();
    expect(shop.writes).toEqual([]);
    await on.project.close();
  });
});

describe('how long a full pass will take', () => {
  it('is told while it runs, here and to whoever asks elsewhere, and not after that', async () => {
    const on = await open();
    const told: Progress[] = [];
    let status: Awaited<ReturnType<typeof readStatus>> = [];
    shop.onWrite = async () => {
      await wait(100);
      if (shop.writes.length > 20 && status.length === 0) status = await readStatus(test.database);
    };
    await new SyncService(on.project).sync({
      ...{ pipeline: 'products', kind: 'full', trigger: 'command', limit: null, signal: forever },
      progress: (progress) => void told.push({ ...progress }),
    });
    const { forecast } = status[0] ?? {};
    expect(forecast).toMatchObject({ kind: 'initial', atLeast: false });
    expect((forecast?.left ?? 0) + (forecast?.done ?? 0)).toBe(60);
    expect(forecast?.left).toBeGreaterThan(10);
    expect(told.some((one) => (one.forecast?.left ?? 0) > 0)).toBe(true);
    expect((await readStatus(test.database))[0]?.forecast).toBeNull();
    await on.project.close();
  });

  it('is told of what is left to be delivered once everything is listed, and of none that was killed', async () => {
    const on = await open();
    const sync = (deliver: boolean) =>
      new SyncService(on.project).sync({ pipeline: 'products', kind: 'full', trigger: 'schedule', limit: null, signal: forever, deliver });
    await sync(false);
    expect((await readStatus(test.database))[0]?.forecast).toMatchObject({ kind: 'initial', left: 60, atLeast: false });
    await test.database.query(
      `UPDATE sync_run SET state = 'running',
         progress = progress || jsonb_build_object('complete', false, 'samples', jsonb_build_array(jsonb_build_object('at', 0, 'done', 0)))`,
    );
    expect((await readStatus(test.database))[0]?.forecast).toBeNull();
    await on.project.close();
  });
});

describe('a full pass that was interrupted under another mapping', () => {
  it('begins anew: what the old one delivered of it is delivered by the new one', async () => {
    const on = await open();
    let pages = 0;
    pim.onRequest = (request) => {
      if (request === 'keys' && (pages += 1) === 4) throw new Error('the PIM has gone away');
    };
    expect(await on.full()).toMatchObject({ state: 'failed' });
    pim.onRequest = () => undefined;
    const newer = await plainJourney(test.database, { pim, shop, pipeline: { hash: 'plain-2' } });
    pim.requests.length = 0;
    expect(await newer.full()).toMatchObject({ state: 'completed', counts: { seen: 60 } });
    expect(pim.requests.filter((request) => request === 'keys')).toHaveLength(6);
    expect(await test.database.query('SELECT remap_pending FROM pipeline_state')).toEqual([{ remap_pending: false }]);
    await on.project.close();
  });
});
