import { openExample, type ExampleProject } from '../kit/example-project/index.js';
import { directus, startJsonApi, strapi, type JsonApi } from '../kit/json-api/index.js';

describe.each([
  { name: 'directus', dialect: directus, tellsDeletions: true },
  { name: 'strapi', dialect: strapi, tellsDeletions: false },
])('the example for $name', ({ name, dialect, tellsDeletions }) => {
  let api: JsonApi;
  let example: ExampleProject;
  const variable = name.toUpperCase();
  const count = 250;
  const id = (number: number) => `p${String(number).padStart(4, '0')}`;
  const sync = (kind: 'full' | 'delta' | 'sweep') => example.sync(`products-from-${name}`, kind);

  beforeEach(async () => {
    api = await startJsonApi(dialect);
    for (let number = 1; number <= count; number += 1) api.store.put(id(number), `Product ${number}`);
    api.store.clock += 3_600_000;
    const env = { [`${variable}_URL`]: api.url, [`${variable}_TOKEN`]: api.secret };
    example = await openExample(`examples/${name}`, `${variable}_LINES`, env);
  });

  afterEach(async () => {
    await example.close();
    await api.close();
  });

  const wanted = () => Object.fromEntries(api.store.sorted().map((row) => [row.id, { sku: `S-${row.id}`, name: row.text }]));

  it('brings every product over, then what changed, and takes down what is gone', async () => {
    expect(await sync('full')).toMatchObject({ state: 'completed', message: null, counts: { seen: count, dead: 0 } });
    expect(await example.shown()).toEqual(wanted());

    api.store.put(id(7), 'Another name');
    api.store.put(id(251), 'New');
    api.store.remove(id(8));
    api.store.clock += 60_000;
    expect(await sync('delta')).toMatchObject({ state: 'completed', counts: { seen: tellsDeletions ? 3 : 2, dead: 0 } });
    expect(Object.keys(await example.shown())).toHaveLength(tellsDeletions ? count : count + 1);
    expect(await sync('sweep')).toMatchObject({ state: 'completed', counts: { removed: tellsDeletions ? 0 : 1 } });
    expect(await example.shown()).toEqual(wanted());
    // What the overlap shows again is no news.
    api.store.clock += 60_000;
    expect(await sync('delta')).toMatchObject({ state: 'completed', counts: { enqueued: 0 } });
  });

  if (name === 'directus')
    it('takes down what becomes a draft or is archived, and brings it back', async () => {
      await sync('full');
      api.store.setStatus(id(3), 'draft');
      api.store.setStatus(id(4), 'archived');
      api.store.clock += 60_000;
      expect(await sync('delta')).toMatchObject({ state: 'completed', counts: { removed: 2, dead: 0 } });
      const published = Object.entries(wanted()).filter(([key]) => ![id(3), id(4)].includes(key));
      expect(await example.shown()).toEqual(Object.fromEntries(published));
      for (const number of [3, 4]) api.store.setStatus(id(number), 'published');
      api.store.clock += 60_000;
      await sync('delta');
      expect(await example.shown()).toEqual(wanted());
    });

  it('loses nothing where the line breaks, and where rows move between its pages', async () => {
    api.faults.add({ kind: 'half' });
    api.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '0' }, times: 2 });
    let pages = 0;
    const stop = api.onRequest(() => {
      pages += 1;
      if (pages % 4 === 2 && pages < 9) api.store.remove(id(pages));
    });
    expect(await sync('full')).toMatchObject({ state: 'completed', counts: { dead: 0 } });
    stop();
    expect(await sync('sweep')).toMatchObject({ state: 'completed' });
    expect(await example.shown()).toEqual(wanted());
  });
});
