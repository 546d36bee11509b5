import { createHash } from 'node:crypto';
import { documentKey, type Scope } from '../../src/model/document.js';
import type { Pipeline } from '../../src/mapping/pipeline.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';
import { plainPipeline, limits } from '../kit/plain/plain-pipeline.js';

let test: TestDatabase;
let on: PlainJourney;
afterEach(async () => {
  await on.project.close();
  await test.drop();
});

const scope = (store: string, inherits: string | null = null, locale: string | null = null): Scope => ({
  ...{ store, locale, channel: null, currency: null, inherits },
});
/** What a store view shows of its own is its name. */
function inScopes(scopes: readonly Scope[]): Partial<Pipeline> {
  const map: Pipeline['map'] = (record) => {
    const mapped = plainPipeline().map(record);
    if (mapped.kind !== 'documents') return mapped;
    const [plain] = mapped.documents;
    const documents = scopes.flatMap((one) => {
      if (!plain) return [];
      const base = scopes.find(({ store }) => store === one.inherits);
      const fields = base ? { name: `${one.store} ${record.key}` } : plain.fields;
      const text = JSON.stringify(fields);
      const hash = createHash('sha256').update(text).digest('hex');
      const key = documentKey('product', one, record.key);
      return [{ ...plain, key, store: one.store, baseKey: base ? documentKey('product', base, record.key) : null, fields, text, hash }];
    });
    return { ...mapped, documents };
  };
  return { scopes, map, hash: JSON.stringify(scopes) };
}

async function begin(...scopes: Scope[]): Promise<void> {
  test = await createTestDatabase();
  on = await plainJourney(test.database, { pipeline: inScopes(scopes) });
  // Only what the shop is told counts here.
  on.shop.write = (items) => {
    on.shop.writes.push(...items);
    return Promise.resolve(items.map(({ key }) => ({ kind: 'written', key, targetId: 'its id' })));
  };
  for (const key of ['a', 'b']) on.pim.put(key, { sku: key });
  on.pim.clock += 600_000;
  await on.full();
}
async function change(...scopes: Scope[]): Promise<void> {
  const before = on;
  on = await plainJourney(test.database, { pim: before.pim, shop: before.shop, pipeline: inScopes(scopes) });
  await before.project.close();
}
/** What the shop was told of one product since this was asked last: the operation, and the document's store and locale. */
const told = (): string[] =>
  on.shop.writes
    .splice(0)
    .filter(({ key }) => key.endsWith(':a'))
    .map(({ operation, key }) => `${operation} ${key.split(':').slice(1, 3).join(' ')}`);
const mirror = async (): Promise<string[]> =>
  (
    await test.database.query<{ row: string }>(
      `SELECT store || ' ' || state || coalesce(' ' || taken_down, '') || CASE WHEN in_doubt THEN ' in doubt' ELSE '' END AS row
       FROM mirror_document WHERE entity_key = 'a' ORDER BY document_key`,
    )
  ).map(({ row }) => row);

describe('a product with store views', () => {
  it('is taken down once, by its base, wherever that stands in the alphabet', async () => {
    await begin(scope('all'), scope('ae', 'all'), scope('de', 'all'));
    expect(told().sort()).toEqual(['write ae -', 'write all -', 'write de -']);
    on.pim.remove('a');
    await on.sweep();
    expect(told()).toEqual(['delete all -']);
    expect(await mirror()).toEqual(['ae gone delete', 'all gone delete', 'de gone delete']);
  });

  it('is taken down in each store that inherits from none', async () => {
    await begin(scope('at'), scope('de'), scope('ch', 'de'));
    told();
    on.pim.remove('a');
    await on.sweep();
    expect(told()).toEqual(['delete at -', 'delete de -']);
    expect(await mirror()).toEqual(['at gone delete', 'ch gone delete', 'de gone delete']);
  });
});

describe('stores that leave the scopes', () => {
  it('are each told to the shop, though the product stays', async () => {
    await begin(scope('all'), scope('de', 'all'), scope('fr', 'all'), scope('it', 'all'));
    told();
    await change(scope('all'), scope('it', 'all'));
    await on.delta();
    expect(told().sort()).toEqual(['delete de -', 'delete fr -']);
    expect(await mirror()).toEqual(['all live', 'de gone delete', 'fr gone delete', 'it live']);
  });

  it('are left as they are where what is excluded is kept', async () => {
    await begin(scope('all'), scope('de', 'all'));
    told();
    const before = on;
    const deletes = { policy: 'delete', excluded: 'keep', ...limits(50, 100) } as const;
    on = await plainJourney(test.database, { pim: on.pim, shop: on.shop, pipeline: { ...inScopes([scope('all')]), deletes } });
    await before.project.close();
    await on.delta();
    expect([told(), await mirror()]).toEqual([[], ['all live', 'de live']]);
  });
});

it('a store that gets another locale is written, and nothing of it is taken down', async () => {
  await begin(scope('all', null, 'en_US'), scope('de', 'all', 'de_DE'));
  told();
  await change(scope('all', null, 'en_GB'), scope('de', 'all', 'de_AT'));
  await on.delta();
  expect(told().sort()).toEqual(['write all en_GB', 'write de de_AT']);
  expect(await mirror()).toEqual(['all live', 'all gone delete', 'de live', 'de gone delete']);
  await on.full();
  expect(told()).toEqual([]);
  on.pim.remove('a');
  await on.sweep();
  expect(told()).toEqual(['delete all en_GB']);
});
