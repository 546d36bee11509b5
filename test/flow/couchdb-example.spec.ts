import { startCouch, type Couch } from '../kit/couch/index.js';
import { openExample, type ExampleProject } from '../kit/example-project/index.js';
import { forkStandIn } from '../kit/stand-in/index.js';

const server = forkStandIn('couch');
afterAll(async () => (await server).stop());

describe('the example for CouchDB', () => {
  let couch: Couch;
  let example: ExampleProject;

  beforeEach(async () => {
    couch = await startCouch({ server: (await server).url, database: 'catalogue' });
    for (let number = 1; number <= 250; number += 1) couch.desk.put(`p${number}`, product(number));
    couch.desk.put('category:1', { name: { en: 'Shoes' } });
    await couch.desk.written();
    example = await openExample('examples/couchdb', 'COUCHDB_LINES', {
      COUCHDB_URL: couch.url,
      COUCHDB_USERNAME: couch.username,
      COUCHDB_PASSWORD: couch.password,
    });
  });

  afterEach(async () => {
    await example.close();
    await couch.close();
  });

  const product = (number: number, name = `Product ${number}`) => ({
    type: 'product',
    sku: `S-${number}`,
    name: { en: name },
    price: number,
  });
  const sync = (kind: 'full' | 'delta' | 'sweep') => example.sync('products-from-couchdb', kind);

  it('brings every product over, then what changed and was deleted, without a full pass', async () => {
    expect(await sync('full')).toMatchObject({ state: 'completed', message: null, counts: { seen: 250, dead: 0 } });
    const first = await example.shown();
    expect(Object.keys(first)).toHaveLength(250);
    expect(first.p7).toEqual({ sku: 'S-7', name: 'Product 7', price: 7 });

    couch.desk.put('p7', product(7, 'Another name'));
    couch.desk.put('p251', product(251));
    couch.desk.remove('p8');
    couch.desk.remove('category:1');
    await couch.desk.written();
    expect(await sync('delta')).toMatchObject({ state: 'completed', counts: { seen: 4, dead: 0 } });
    const second = await example.shown();
    expect(second.p7).toEqual({ sku: 'S-7', name: 'Another name', price: 7 });
    expect([Object.keys(second).length, second.p8, second.p251]).toEqual([
      250,
      undefined,
      { sku: 'S-251', name: 'Product 251', price: 251 },
    ]);
    expect(await sync('delta')).toMatchObject({ state: 'completed', counts: { seen: 0 } });
  });

  it('takes down in a full pass and its sweep what is no product any more', async () => {
    await sync('full');
    couch.desk.put('p9', { ...product(9), type: 'draft' });
    await couch.desk.written();
    await sync('delta');
    expect((await example.shown()).p9).toBeDefined();
    expect(await sync('sweep')).toMatchObject({ state: 'completed', counts: { removed: 1 } });
    expect((await example.shown()).p9).toBeUndefined();
  });

  it('loses nothing where the line breaks at any request', async () => {
    couch.faults.add({ kind: 'half', match: { path: /_all_docs/ } });
    couch.faults.add({ kind: 'status', status: 503, times: 2 });
    expect(await sync('full')).toMatchObject({ state: 'completed', counts: { dead: 0 } });
    couch.desk.put('p1', product(1, 'Edited'));
    await couch.desk.written();
    couch.faults.add({ kind: 'lost-after', match: { path: /_changes/ } });
    couch.faults.add({ kind: 'half', match: { path: /_changes/ } });
    expect(await sync('delta')).toMatchObject({ state: 'completed', counts: { seen: 1, dead: 0 } });
    expect((await example.shown()).p1).toMatchObject({ name: 'Edited' });
  });
});
