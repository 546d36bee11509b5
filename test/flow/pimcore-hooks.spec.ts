import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { startPimcore, type Pimcore, type PimObject } from '../kit/pimcore/index.js';
import { startService, type Service } from '../kit/service/index.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

const secret = 'a secret of the subscriber';
let test: TestDatabase;
let folder: string;
let pim: Pimcore;
let cars: readonly PimObject[];
let service: Service;

beforeAll(async () => {
  test = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'pim2shop-pimcore-'));
  pim = await startPimcore({ version: 11 });
  const brand = pim.people.add({ className: 'Brand', localized: { name: { en: 'Ours', de: 'Unsere' } } });
  cars = [1, 2, 3].map((number) =>
    pim.people.add({ fields: { sku: `S-${number}`, price: 10, brand: brand.id }, localized: { name: { en: `Car ${number}` } } }),
  );
  pim.advance(3_600_000);
  service = await startService({
    databaseUrl: test.url,
    env: {
      PIM2SHOP_MAPPINGS: join(repositoryRoot(), 'examples/pimcore'),
      PIMCORE_URL: pim.url,
      PIMCORE_API_KEY: pim.apiKey,
      PIMCORE_WEBHOOK_SECRET: secret,
      PIMCORE_LINES: join(folder, 'lines.jsonl'),
    },
  });
}, 60_000);
afterAll(async () => {
  service.kill('SIGTERM');
  await service.ended;
  await pim.close();
  await test.drop();
  await rm(folder, { recursive: true });
}, 60_000);

interface Line {
  readonly operation: string;
  readonly document: { readonly price?: number } | null;
}

/** The last line of each object's base document, by id. */
function shown(): ReadonlyMap<number, Line> {
  const file = join(folder, 'lines.jsonl');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  const parsed = lines.map((line) => JSON.parse(line) as Line & { readonly key: string; readonly store: string });
  return new Map(parsed.filter(({ store }) => store === 'all').map((line) => [Number(line.key.split(':').at(-1)), line]));
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`it did not come: ${service.output().slice(-2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** As the bundle Datahub Webhooks does. */
async function tell(event: string, { id }: PimObject, { by = secret, draft = false } = {}): Promise<number> {
  const body = JSON.stringify({
    general: { eventName: `pimcore.dataobject.${event}`, timestamp: 1690975273, subjectType: 'object', versionOnly: draft },
    subject: { id, path: `/o${id}`, published: true, type: 'Car' },
  });
  const headers = { 'content-type': 'application/json', 'x-api-key': by };
  return (await fetch(`${service.url}/hooks/pim`, { method: 'POST', headers, body })).status;
}

/** An edit that keeps the time of the one before: no delta finds it, and only the event tells. */
function editSilently({ id }: PimObject, edit: () => void): void {
  const { modificationDate } = pim.state.object(id);
  edit();
  pim.people.stamp(id, modificationDate * 1000);
}

it('what Pimcore’s webhooks tell goes from the hook through the queue to the shop; what is forged or a draft does not', async () => {
  const [edited, drafted, forged] = cars as [PimObject, PimObject, PimObject];
  await until(() => cars.every(({ id }) => shown().has(id)));
  for (const car of cars) editSilently(car, () => pim.people.edit(car.id, { fields: { price: 12.5 } }));

  expect(await tell('postUpdate', forged, { by: 'a secret of somebody else' })).toBe(401);
  expect(await tell('postUpdate', drafted, { draft: true })).toBe(202);
  expect(await tell('postUpdate', edited)).toBe(202);
  await until(() => shown().get(edited.id)?.document?.price === 12.5);

  editSilently(edited, () => pim.people.publish(edited.id, false));
  expect(await tell('postUpdate', edited)).toBe(202);
  await until(() => shown().get(edited.id)?.operation === 'disable');

  pim.people.remove(edited.id);
  // An event is a hint: what it calls deleted is only gone where the PIM says so.
  expect(await tell('postDelete', drafted)).toBe(202);
  expect(await tell('postDelete', edited)).toBe(202);
  await until(() => shown().get(edited.id)?.operation === 'delete');
  await until(() => shown().get(drafted.id)?.document?.price === 12.5);
  expect(shown().get(forged.id)?.document?.price).toBe(10);
}, 120_000);
