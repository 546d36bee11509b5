import { rm } from 'node:fs/promises';
import { startAkeneo, type Akeneo } from '../kit/akeneo/index.js';
import { compareShops, expectedShop, readPim, readShop } from '../kit/agreement/index.js';
import { bundledCatalogFolder, readCatalog } from '../kit/catalog/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { startMagento, type Magento } from '../kit/magento/index.js';
import { quickMappings, serviceEnvironment, startService, type Service } from '../kit/service/index.js';

// Whole catalogues by several processes, on whatever machine this is.
jest.setTimeout(180_000);

let test: TestDatabase;
let pim: Akeneo;
let shop: Magento;
let mappings: string;
let services: Service[] = [];

beforeEach(async () => {
  [test, pim, shop, mappings] = await Promise.all([
    createTestDatabase(),
    readCatalog(bundledCatalogFolder()).then((catalog) => startAkeneo({ catalog })),
    startMagento(),
    quickMappings(),
  ]);
});

afterEach(async () => {
  for (const service of services) service.kill('SIGKILL');
  await Promise.all(services.map(({ ended }) => ended));
  services = [];
  shop.contract.expectNoViolations();
  await Promise.all([pim.close(), shop.close(), rm(mappings, { recursive: true })]);
  await test.drop();
});

async function start(env: Record<string, string | undefined> = {}): Promise<Service> {
  const service = await startService({ databaseUrl: test.url, env: { ...serviceEnvironment(pim, shop, mappings), ...env } });
  services.push(service);
  return service;
}

async function until(what: string, holds: () => Promise<boolean>, ms = 90_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error([`not in ${ms} ms: ${what}`, ...last, ...services.flatMap(complaints)].join('\n'));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What a service said beside its usual lines. */
function complaints({ output }: Service): string[] {
  return output()
    .split('\n')
    .filter((line) => /"log.level":"(warn|error)"/.test(line));
}

let last: readonly string[] = [];
const agrees = async (): Promise<boolean> => (last = await differences()).length === 0;

async function differences(): Promise<readonly string[]> {
  // The services may use up what the PIM grants: whoever looks at it here is somebody else.
  pim.limit.concurrency += 10;
  const expected = expectedShop(await readPim({ url: pim.url, ...pim.credentials }).finally(() => (pim.limit.concurrency -= 10)));
  return compareShops(expected, await readShop(shop.url, shop.token)).differences;
}

const ready = async ({ url }: Service): Promise<number> => (await fetch(`${url}/health/ready`)).status;
const rows = <Row extends object>(statement: string) => test.database.query<Row>(statement);
/** How often each pipeline was read, by kind and how it ended. */
const runs = async (kind: string) =>
  (
    await rows<{ pipeline: string; state: string; count: number }>(
      `SELECT pipeline, state, count(*) AS count FROM sync_run WHERE kind = '${kind}' GROUP BY 1, 2 ORDER BY 1, 2`,
    )
  ).map(({ pipeline, state, count }) => `${pipeline} ${state} ${count}`);

const onceEach = ['categories-magento completed 1', 'product-models-magento completed 1', 'products-magento completed 1'];

describe('npm start', () => {
  it('reads everything once, and from then on what changes, without anybody asking', async () => {
    const key = 'k'.repeat(40);
    const { url } = await start({ PIM2SHOP_ADMIN_KEY: key });
    await until('the catalogue stands in the shop', agrees);
    expect(await runs('initial')).toEqual(onceEach);
    // The process counts what it does: the flow and both connections are watched.
    const metrics = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } })).text();
    expect(metrics).toMatch(/^pim2shop_entries_finished_total\{pipeline="products-magento",result="settled"\} [1-9]/m);
    for (const connection of ['pim', 'shop'])
      expect(metrics).toMatch(
        new RegExp(`^pim2shop_request_duration_seconds_count\\{connection="${connection}",status="2xx"\\} [1-9]`, 'm'),
      );
    const [product] = pim.state.sorted.products.filter(({ parent, enabled }) => parent === null && enabled);
    pim.people.disable(product?.identifier ?? '');
    await until('the edit is in the shop', async () => shop.state.product(product?.identifier ?? '')?.values.status === '2');
    await until('the last sync time is known of all', async () => {
      const states = await rows<{ last_sync: number | null }>('SELECT last_sync FROM pipeline_state');
      return states.length === 3 && states.every(({ last_sync: time }) => time !== null);
    });
    expect(await agrees()).toBe(true);
    // What workers delivered is counted for the run that queued it.
    const [counted] = await rows<{ counts: { enqueued: number; settled: number; unchanged: number; delivered: number } }>(
      `SELECT counts FROM sync_run WHERE kind = 'initial' AND pipeline = 'categories-magento'`,
    );
    expect(counted?.counts).toMatchObject({ enqueued: pim.count('category'), settled: pim.count('category') });
  });

  it('ends on SIGTERM with what is under way finished, and the next one goes on where it was', async () => {
    const slow = shop.faults.add({ kind: 'delay', delayMs: 15, times: Infinity });
    const first = await start();
    await until('products are being sent', () => Promise.resolve(shop.state.productCount > 20));
    first.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(shop.state.productCount).toBeLessThan(pim.state.products.size);
    expect(await rows(`SELECT 1 FROM queue_entry WHERE state = 'leased'`)).toEqual([]);
    expect(await rows(`SELECT 1 FROM mirror_document WHERE in_doubt`)).toEqual([]);
    slow.remove();
    await start();
    await until('the catalogue stands in the shop', agrees);
  });

  it('starts each run once, however many instances there are, and a worker beside them starts none', async () => {
    await Promise.all([start(), start(), start({ PIM2SHOP_ROLE: 'worker' })]);
    await until('the catalogue stands in the shop', agrees);
    expect(await runs('initial')).toEqual(onceEach);
    await until('some deltas have run', async () => (await rows(`SELECT 1 FROM sync_run WHERE kind = 'delta'`)).length > 6);
    // A slot of a second each: never two of one kind and pipeline at once.
    expect((await runs('delta')).filter((line) => line.includes('failed'))).toEqual([]);
    const overlapping = await rows(
      `SELECT a.id, b.id FROM sync_run a JOIN sync_run b ON a.pipeline = b.pipeline AND a.kind = b.kind AND a.id < b.id AND b.started_at < a.finished_at`,
    );
    expect(overlapping).toEqual([]);
  });

  it('takes over the run of an instance that was killed, within its lease', async () => {
    const slow = pim.faults.add({ kind: 'delay', delayMs: 150, times: Infinity });
    const first = await start();
    await until('products are being read', async () => (await runs('initial')).includes('products-magento running 1'));
    first.kill('SIGKILL');
    await first.ended;
    slow.remove();
    const started = performance.now();
    await start();
    await until('the run was taken over', async () => (await runs('initial')).includes('products-magento completed 1'));
    expect(performance.now() - started).toBeLessThan(2_000 + 8_000);
    await until('the catalogue stands in the shop', agrees);
    expect(await runs('initial')).toContain('products-magento failed 1');
  });

  it('answers while the PIM is down, is ready once it is back, and ends at once where its mapping is wrong', async () => {
    pim.faults.add({ kind: 'status', status: 503, times: Infinity });
    const service = await start();
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    await until('it says that it is not ready', async () => (await ready(service)) === 503);
    pim.faults.clear();
    await until('it is ready', async () => (await ready(service)) === 200);
    const wrong = await start({ AKENEO_URL: '' });
    expect(await wrong.ended).toBe(1);
    expect(wrong.output()).toContain('AKENEO_URL');
    const nobodyNamed = await start({ PIM2SHOP_MAPPINGS: undefined });
    expect(await ready(nobodyNamed)).toBe(200);
  });
});
