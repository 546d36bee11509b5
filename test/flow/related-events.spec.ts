import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainSecret, signedDelivery, type SignedDelivery, type ToldEvent } from '../kit/plain/plain-webhooks.js';
import { RelatedPim } from '../kit/plain/related-pim.js';
import type { Service } from '../kit/service/index.js';
import { plainFile, plainStage, type PlainStage } from '../kit/service/plain-service.js';

jest.setTimeout(60_000);

const secret = plainSecret('a');
const related = [{ entity: 'category', from: 'categories' }];
let test: TestDatabase;
let pim: RelatedPim;
let stage: PlainStage;
let services: Service[] = [];

beforeEach(async () => {
  test = await createTestDatabase();
  pim = new RelatedPim();
  stage = await plainStage({
    source: pim,
    pim: { webhookSecrets: [secret] },
    pipelines: [
      plainFile('products', { events: { direct: true }, related }),
      plainFile('deaf', { events: false, related }),
      plainFile('others'),
      plainFile('categories', { source: { connection: 'pim', entity: 'category' } }),
    ],
  });
});

afterEach(async () => {
  for (const service of services) service.kill('SIGKILL');
  await Promise.all(services.map(({ ended }) => ended));
  services = [];
  await stage.close();
  await test.drop();
});

async function start(env: Readonly<Record<string, string>> = { PIM2SHOP_ROLE: 'api' }): Promise<Service> {
  const service = await stage.start(test.url, env);
  services.push(service);
  return service;
}

const category = (key: string, kind: ToldEvent['kind'] = 'updated'): ToldEvent => ({ entity: 'category', key, kind });
async function send({ url }: Service, delivery: readonly ToldEvent[] | SignedDelivery): Promise<number> {
  const { headers, body } = 'body' in delivery ? delivery : signedDelivery(secret, delivery);
  const answer = await fetch(`${url}/hooks/pim`, { method: 'POST', headers, body });
  await answer.body?.cancel();
  return answer.status;
}

/** Who uses a category, as it is written down when records are mapped. */
const use = (pipeline: string, category: string, ...keys: readonly string[]) =>
  test.database.query(`INSERT INTO reference SELECT $1, unnest($3::text[]), 'pim/category', $2, 'weak'`, [pipeline, category, keys]);
const queued = () =>
  test.database.query<{ pipeline: string; key: string; cause: string; revision: number }>(
    'SELECT pipeline, entity_key AS key, kind, cause, priority, hold, revision FROM queue_entry ORDER BY 1, 2',
  );
const keys = async () => (await queued()).flatMap(({ pipeline, key }) => (pipeline === 'products' ? [key] : []));
const hints = () => test.database.query('SELECT feed, key FROM related_hint ORDER BY 1, 2');

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error([`never: ${what}`, ...services.map(({ output }) => output())].join('\n'));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Nobody finds out who uses what until it is called. */
async function hideUses(): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: test.url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE reference IN ACCESS EXCLUSIVE MODE');
  return () => client.end();
}

describe('an event of something that records use', () => {
  it('queues exactly those that use it, of pipelines that take events of it, as a delta of it would', async () => {
    await use('products', 'x', 'a', 'b');
    await use('products', 'y', 'c');
    for (const pipeline of ['deaf', 'others', 'categories']) await use(pipeline, 'x', 'd');
    const service = await start();
    expect(await send(service, [category('X'), category('nobody', 'deleted')])).toBe(202);
    await until('it is through', async () => (await hints()).length === 0);
    const entry = { kind: 'updated', cause: 'reference', priority: 0, hold: null };
    expect(await queued()).toMatchObject([
      { pipeline: 'categories', key: 'X', cause: 'event' },
      { pipeline: 'categories', key: 'nobody', cause: 'event' },
      { pipeline: 'products', key: 'a', ...entry },
      { pipeline: 'products', key: 'b', ...entry },
    ]);
  });

  it('queues nobody when it is delivered again', async () => {
    await use('products', 'x', 'a');
    await use('products', 'y', 'c');
    const service = await start();
    const delivery = signedDelivery(secret, [category('x')]);
    expect(await send(service, delivery)).toBe(202);
    await until('it is through', async () => (await keys()).join() === 'a' && (await hints()).length === 0);
    await test.database.query('DELETE FROM queue_entry');
    expect([await send(service, delivery), await send(service, [category('y')])]).toEqual([202, 202]);
    await until('the other is through', async () => (await keys()).includes('c') && (await hints()).length === 0);
    expect(await keys()).toEqual(['c']);
  });

  it('is answered before anybody knows who uses it', async () => {
    await use('products', 'x', ...Array.from({ length: 2_500 }, (_, n) => `k${n}`));
    const service = await start();
    const show = await hideUses();
    expect(await send(service, [category('x')])).toBe(202);
    expect([await keys(), await hints()]).toEqual([[], [{ feed: 'pim/category', key: 'x' }]]);
    await show();
    await until('all are queued', async () => (await keys()).length === 2_500 && (await hints()).length === 0);
  });

  it('is not lost with the process that answered it', async () => {
    await use('products', 'x', 'a');
    const service = await start();
    const show = await hideUses();
    expect(await send(service, [category('x')])).toBe(202);
    service.kill('SIGKILL');
    await service.ended;
    await show();
    expect(await keys()).toEqual([]);
    await start();
    await until('another has queued them', async () => (await keys()).join() === 'a' && (await hints()).length === 0);
  });

  it('brings what it changes into the shop, though nothing told of the records themselves', async () => {
    await stage.close();
    stage = await plainStage({ source: pim, pim: { webhookSecrets: [secret] }, pipelines: [plainFile('products', { related })] });
    pim.categories.put('x', { label: 'x' });
    for (const key of ['a', 'b']) pim.put(key, { sku: key, categories: key === 'a' ? ['x'] : [] });
    const service = await start({});
    const names = () => Object.fromEntries([...stage.shop.products.values()].map(({ fields }) => [fields.sku, fields.name]));
    await send(service, [
      { entity: 'product', key: 'a', kind: 'created' },
      { entity: 'product', key: 'b', kind: 'created' },
    ]);
    await until('both are there', () => names().a === 'x' && 'b' in names());
    const fetched = pim.fetched.length;
    pim.categories.edit('x', { label: 'X' });
    await send(service, [category('x')]);
    await until('the shop shows it', () => names().a === 'X');
    expect(pim.fetched.slice(fetched)).toEqual(['a']);
  });
});
