import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { openExample, type ExampleProject } from '../kit/example-project/index.js';
import { startPimcore, type PimAsset, type PimObject, type Pimcore } from '../kit/pimcore/index.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

/** A pipeline that reads the assets for itself, beside the example's. */
const pictures = `
pipeline: pictures
source: { connection: pim, entity: asset }
target: { connection: lines, resource: product }
scopes: [{ store: all }]
delta: { every: 1m, overlap: 2m }
full: { at: '0 4 * * *' }
deletes: { policy: ignore }
key: id
fields:
  name: { from: filename }
`;

let pim: Pimcore;
let folder: string;
let example: ExampleProject;
let old: PimAsset;
let shared: PimAsset;
let unused: PimAsset;
let cars: readonly PimObject[];

beforeEach(async () => {
  pim = await startPimcore({ version: 11 });
  const brand = pim.people.add({ className: 'Brand', localized: { name: { en: 'Ours', de: 'Unsere' } } });
  [old, shared, unused] = ['old', 'shared', 'unused'].map((name) => pim.people.addAsset(`/${name}.png`, Buffer.from(name))) as [
    PimAsset,
    PimAsset,
    PimAsset,
  ];
  cars = [old.id, shared.id, shared.id, null].map((picture, number) =>
    pim.people.add({
      fields: { sku: `S-${number}`, brand: brand.id, picture },
      localized: { name: { en: `Car ${number}`, de: `Wagen ${number}` } },
    }),
  );
  // Shows what it inherits.
  const heir = pim.people.add({ type: 'variant', parentId: cars[1]?.id ?? null, fields: { sku: 'S-4' } });
  cars = [...cars, heir];
  pim.advance(3_600_000);
  folder = await mkdtemp(join(tmpdir(), 'pim2shop-pimcore-assets-'));
  await cp(join(repositoryRoot(), 'examples/pimcore'), folder, { recursive: true });
  await writeFile(join(folder, 'pictures.yaml'), pictures);
  example = await openExample(relative(repositoryRoot(), folder), 'PIMCORE_LINES', {
    PIMCORE_URL: pim.url,
    PIMCORE_API_KEY: pim.apiKey,
    PIMCORE_WEBHOOK_SECRET: 'a secret of the subscriber',
  });
  await example.sync('pictures', 'full');
  expect(await example.sync('products-from-pimcore', 'full')).toMatchObject({ state: 'completed', counts: { seen: 5, dead: 0 } });
  pim.advance(3_600_000);
});
afterEach(async () => {
  await example.close();
  await pim.close();
  await rm(folder, { recursive: true });
});

const indexOf = (id: string): number => cars.findIndex((car) => String(car.id) === id);

/** The cars that were asked for by their ids in a run, and those that show another picture after it. */
async function after(run: () => Promise<unknown>): Promise<{ read: number[]; sent: number[] }> {
  const pictureOf = (shown: Record<string, unknown>, { id }: PimObject) => (shown[id] as { picture?: unknown } | undefined)?.picture;
  const before = await example.shown();
  pim.advance(60_000);
  pim.requests.clear();
  await run();
  const now = await example.shown();
  const asked = pim.requests
    .map(({ body }) => body as { readonly query?: string; readonly variables?: { readonly ids?: string | null } })
    .flatMap(({ query = '', variables }) => (query.includes('getCarListing') ? (variables?.ids?.split(',') ?? []) : []));
  const sent = cars.flatMap((car, number) => (pictureOf(before, car) === pictureOf(now, car) ? [] : [number]));
  return { read: [...new Set(asked)].map(indexOf).sort(), sent };
}
const delta = () => example.sync('products-from-pimcore', 'delta');

it('a picture that is replaced under its name queues and delivers exactly the products that show it', async () => {
  pim.people.replaceAsset(shared, Buffer.from('other bytes'));
  expect(await after(delta)).toEqual({ read: [1, 2, 4], sent: [1, 2, 4] });
  pim.people.replaceAsset(old, Buffer.from('newer'));
  expect(await after(delta)).toEqual({ read: [0], sent: [0] });
  // Passed on once, however often the overlap shows it.
  expect(await after(delta)).toEqual({ read: [], sent: [] });
});

it('a picture that no product shows any more, or never did, queues nothing', async () => {
  pim.people.replaceAsset(unused, Buffer.from('other bytes'));
  expect(await after(delta)).toEqual({ read: [], sent: [] });
  pim.people.edit(cars[0]?.id ?? 0, { fields: { picture: unused.id } });
  expect((await after(delta)).sent).toEqual([0]);
  pim.people.replaceAsset(old, Buffer.from('newer'));
  expect(await after(delta)).toEqual({ read: [], sent: [] });
  pim.people.replaceAsset(unused, Buffer.from('once more'));
  expect(await after(delta)).toEqual({ read: [0], sent: [0] });
});

it.each(['sweep', 'full'] as const)(
  'a picture that a pass (%s) over the assets does not find any more queues those that showed it',
  async (kind) => {
    pim.people.removeAsset(shared);
    await example.sync('pictures', kind);
    expect(await after(() => example.sync('products-from-pimcore', 'drain'))).toEqual({ read: [1, 2, 4], sent: [1, 2, 4] });
  },
);
