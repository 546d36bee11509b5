import { createHmac, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAkeneo, type Akeneo } from '../kit/akeneo/index.js';
import { writeSmallCatalog } from '../kit/catalog/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { startService, type Service } from '../kit/service/index.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

const secret = 'secret of the subscription';
let test: TestDatabase;
let folder: string;
let catalog: string;
let pim: Akeneo;
let service: Service;

beforeAll(async () => {
  test = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'pim2shop-akeneo-'));
  catalog = await writeSmallCatalog();
  pim = await startAkeneo({ catalog });
  for (const { identifier, enabled } of pim.state.products.values()) if (!enabled) pim.people.enable(identifier);
  service = await startService({
    databaseUrl: test.url,
    env: {
      PIM2SHOP_MAPPINGS: join(repositoryRoot(), 'examples/akeneo'),
      AKENEO_URL: pim.url,
      AKENEO_CLIENT_ID: pim.credentials.clientId,
      AKENEO_SECRET: pim.credentials.secret,
      AKENEO_USERNAME: pim.credentials.username,
      AKENEO_PASSWORD: pim.credentials.password,
      AKENEO_EVENT_SECRET: secret,
      AKENEO_LINES: join(folder, 'lines.jsonl'),
    },
  });
  // The next delta is a quarter of an hour away then: nothing but events tells of anything.
  await until(async () => (await test.database.query(`SELECT 1 FROM schedule_slot WHERE kind = 'delta' AND state = 'done'`)).length > 0);
}, 60_000);
afterAll(async () => {
  service.kill('SIGTERM');
  await service.ended;
  await pim.close();
  await test.drop();
  for (const one of [folder, catalog]) await rm(one, { recursive: true });
}, 60_000);

/** The last line of each product, by uuid; null where it was taken down. */
function shown(): ReadonlyMap<string, { readonly name?: string } | null> {
  const file = join(folder, 'lines.jsonl');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  const parsed = lines.map((line) => JSON.parse(line) as { readonly key: string; readonly document: { readonly name?: string } | null });
  return new Map(parsed.map(({ key, document }) => [key.split(':').at(-1) ?? '', document]));
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`it did not come: ${service.output().slice(-2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** As the Event Platform does. */
async function tell(type: string, data: object, by = secret, author = 'julia'): Promise<number> {
  const time = new Date().toISOString();
  const event = {
    specversion: '1.0',
    id: randomUUID(),
    type: `com.akeneo.pim.v1.${type}`,
    source: 'pim',
    time,
    data: { ...data, author: { identifier: author, type: 'user' } },
  };
  const body = JSON.stringify(event);
  const signature = createHmac('sha256', by).update(body).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-akeneo-signature-primary': signature,
    'x-akeneo-signature-algorithm': 'HmacSHA256',
  };
  return (await fetch(`${service.url}/hooks/pim`, { method: 'POST', headers, body })).status;
}

it('what an event says of a model is delivered of its variants, at any level', async () => {
  const variants = [...pim.state.products.values()].filter(({ parent }) => parent !== null).map(({ uuid }) => uuid);
  const names = () => variants.map((uuid) => shown().get(uuid)?.name);
  await until(() => variants.every((uuid) => shown().has(uuid)));
  pim.people.editModel('Shirt', { name: [{ locale: 'en_US', scope: null, data: 'Tee' }] });
  expect(await tell('product-model.updated', { product_model: { code: 'shirt' } })).toBe(202);
  await until(() => names().every((name) => name === 'Tee'));
  expect(names()).toEqual(['Tee', 'Tee']);
}, 60_000);

it('the example for Akeneo delivers what an event tells of long before the next delta, and takes down what it calls deleted', async () => {
  const products = [...pim.state.products.values()];
  await until(() => products.every(({ uuid }) => shown().has(uuid)));
  const [one, other, third] = products;
  const named = (text: string) => ({ name: [{ locale: 'en_US', scope: null, data: text }] });
  for (const product of [one, other, third]) pim.people.edit(product?.identifier ?? '', named('edited'));
  expect(await tell('product.updated.delta', { product: { uuid: one?.uuid, changes: { values: { name: [] } } } })).toBe(202);
  // Our own edit, and one that somebody made up.
  expect(await tell('product.updated', { product: { uuid: other?.uuid } }, secret, 'pim2shop')).toBe(202);
  expect(await tell('product.updated', { product: { uuid: third?.uuid } }, 'another secret')).toBe(401);
  await until(() => shown().get(one?.uuid ?? '')?.name === 'edited');
  pim.people.remove(one?.identifier ?? '');
  expect(await tell('product.deleted', { product: { uuid: one?.uuid } })).toBe(202);
  await until(() => shown().get(one?.uuid ?? '') === null);
  expect([other, third].map((product) => shown().get(product?.uuid ?? '')?.name)).not.toContain('edited');
}, 90_000);
