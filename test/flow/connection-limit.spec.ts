import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sql } from '../../src/database/sql.js';
import { listConnections } from '../../src/queue/sql/list-connections.js';
import { startAkeneo, type Akeneo } from '../kit/akeneo/index.js';
import { startApi } from '../kit/api/index.js';
import { bundledCatalogFolder, readCatalog } from '../kit/catalog/index.js';
import { catalogueJourney, type CatalogueJourney } from '../kit/catalogue-journey/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { startMagento, type Magento } from '../kit/magento/index.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

let test: TestDatabase;
let pim: Akeneo;
let shop: Magento;
let folder: string;
let on: CatalogueJourney;
let statements: number;

beforeEach(async () => {
  test = await createTestDatabase();
  pim = await startAkeneo({ catalog: await readCatalog(bundledCatalogFolder()) });
  shop = await startMagento();
  folder = await mkdtemp(join(tmpdir(), 'pim2shop-limit-'));
  statements = 0;
});
afterEach(async () => {
  await on.close();
  await Promise.all([pim.close(), shop.close(), rm(folder, { recursive: true })]);
  await test.drop();
});

const sql: Sql = {
  query: (text, values) => {
    if (text.includes('connection_slots')) statements += 1;
    return test.database.query(text, values);
  },
};

/** The project's own mapping, with one limit for both of its connections. */
async function limited(limit: number): Promise<string> {
  const mappings = join(folder, 'mappings');
  await cp(join(repositoryRoot(), 'mappings/akeneo-to-magento'), mappings, { recursive: true });
  const file = join(mappings, 'connections.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll(/^( +)(connector: .*)$/gm, `$1$2\n$1limit: ${limit}`));
  return mappings;
}

it('holds for reading, signing in and writing alike, is shown while it is used, and leaves nothing behind', async () => {
  on = await catalogueJourney({ sql, pim, shop, mappings: await limited(1) });
  expect(await on.sync('categories-magento', 'full')).toMatchObject({ state: 'completed', message: null });
  expect([pim.server.maxInFlight, shop.server.maxInFlight]).toEqual([1, 1]);
  expect(statements).toBeLessThan(pim.requests.length + shop.requests.length);
  const api = await startApi(test);
  try {
    const { body } = await api.ask('GET', '/api/v1/connections', { key: api.keys.viewer });
    const found = (body as { connections: { name: string; limit: object }[] }).connections.find(({ name }) => name === 'shop');
    expect(found?.limit).toEqual({
      requests: 1,
      held: 1,
      holders: [{ holder: expect.stringContaining(`:${process.pid}:`) as string, held: 1, wanted: expect.any(Number) as number }],
    });
  } finally {
    await api.close();
  }
  await on.close();
  expect((await listConnections(test.database)).map(({ name, limit }) => [name, limit])).toEqual([
    ['pim', { requests: 1, held: 0, holders: [] }],
    ['shop', { requests: 1, held: 0, holders: [] }],
  ]);
}, 60_000);

it('costs no statement where there is none', async () => {
  on = await catalogueJourney({ sql, pim, shop });
  await on.sync('categories-magento', 'full');
  expect(statements).toBe(0);
  expect((await listConnections(test.database)).map(({ limit }) => limit)).toEqual([null, null]);
}, 60_000);
