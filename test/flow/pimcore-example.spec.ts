import { openExample, type ExampleProject } from '../kit/example-project/index.js';
import { startPimcore, type PimObject, type Pimcore } from '../kit/pimcore/index.js';

describe('the example for Pimcore', () => {
  let pim: Pimcore;
  let example: ExampleProject;
  let brand: PimObject;
  let model: PimObject;
  let variants: readonly PimObject[];

  beforeEach(async () => {
    pim = await startPimcore({ version: 11 });
    brand = pim.people.add({ className: 'Brand', localized: { name: { en: 'Ours', de: 'Unsere' } } });
    model = pim.people.add({
      fields: { sku: 'MODEL', price: 10, brand: brand.id },
      localized: { name: { en: 'Model', de: 'Modell' } },
    });
    // More than two pages; each shows what it inherits.
    variants = Array.from({ length: 250 }, (_, number) =>
      pim.people.add({ type: 'variant', parentId: model.id, fields: { sku: `S-${number}` } }),
    );
    pim.advance(3_600_000);
    example = await openExample('examples/pimcore', 'PIMCORE_LINES', {
      PIMCORE_URL: pim.url,
      PIMCORE_API_KEY: pim.apiKey,
      PIMCORE_WEBHOOK_SECRET: 'a secret of the subscriber',
    });
  });

  afterEach(async () => {
    await example.close();
    await pim.close();
  });

  const sync = (kind: 'full' | 'delta' | 'sweep') => example.sync('products-from-pimcore', kind);
  const variant = (number: number): number => variants[number]?.id ?? 0;

  it('brings every object over, then what inherits from what was edited, and takes down what is unpublished or gone', async () => {
    expect(await sync('full')).toMatchObject({ state: 'completed', message: null, counts: { seen: 251, dead: 0 } });
    const first = await example.shown();
    expect(first[variant(7)]).toEqual({ sku: 'S-7', name: 'Model', price: 10, brand: 'Ours', parent: String(model.id) });
    // Of another language only what differs.
    expect(first[`de ${variant(7)}`]).toEqual({ name: 'Modell', brand: 'Unsere' });

    pim.people.edit(model.id, { fields: { price: 12.5 } });
    pim.advance(60_000);
    expect(await sync('delta')).toMatchObject({ state: 'completed', counts: { dead: 0 } });
    const edited = await example.shown();
    for (const { id } of variants) expect(edited[id]).toMatchObject({ price: 12.5 });

    pim.people.publish(variant(8), false);
    pim.advance(60_000);
    expect(await sync('delta')).toMatchObject({ state: 'completed', counts: { dead: 0 } });
    expect((await example.shown())[variant(8)]).toBeUndefined();

    pim.people.remove(variant(9));
    pim.advance(60_000);
    expect(await sync('sweep')).toMatchObject({ state: 'completed', counts: { removed: 1 } });
    // A document of the base takes those of other languages with it.
    const left = Object.keys(await example.shown()).filter((key) => !key.startsWith('de '));
    expect(left.sort()).toEqual(
      [model, ...variants].map(({ id }) => String(id)).filter((id) => ![variant(8), variant(9)].includes(Number(id))),
    );
  });

  it('keeps what the shop has where the API key lost a right, and takes nothing down', async () => {
    await sync('full');
    const before = await example.shown();
    // The brand: every car's required relation is null from now on. Twenty cars: they are in no listing any more.
    pim.workspaces.denied.add(brand.id);
    for (let number = 0; number < 20; number += 1) pim.workspaces.denied.add(variant(number));
    pim.people.edit(variant(30), { fields: { price: 99 } });
    pim.advance(60_000);
    expect(await sync('delta')).toMatchObject({ state: 'completed', counts: { dead: 1 } });
    expect(await sync('sweep')).toMatchObject({ state: 'completed', counts: { removed: 0 } });
    expect(await example.shown()).toEqual(before);
  });

  it('loses nothing where the line breaks at any request', async () => {
    pim.faults.add({ kind: 'half' });
    pim.faults.add({ kind: 'status', status: 503, times: 2 });
    expect(await sync('full')).toMatchObject({ state: 'completed', counts: { seen: 251, dead: 0 } });
    pim.people.edit(model.id, { fields: { price: 3 } });
    pim.advance(60_000);
    pim.faults.add({ kind: 'lost-after' });
    pim.faults.add({ kind: 'half' });
    expect(await sync('delta')).toMatchObject({ state: 'completed', counts: { dead: 0 } });
    const shown = await example.shown();
    for (const { id } of variants) expect(shown[id]).toMatchObject({ price: 3 });
  });
});
