import { Supplier } from '../kit/drop-folder/index.js';
import { openExample, type ExampleProject } from '../kit/example-project/index.js';

let supplier: Supplier;
let example: ExampleProject;

beforeEach(async () => {
  supplier = new Supplier();
  example = await openExample('examples/drop-folder', 'DROP_LINES', { DROP_FOLDER: supplier.folder });
});
afterEach(async () => {
  await example.close();
  supplier.close();
});

/** As the supplier's system writes it, its companion last. */
const drop = (name: string, rows: readonly string[]): void => {
  supplier.write(name, Buffer.from(['number;title;price;changed;action', ...rows, ''].join('\r\n'), 'latin1'));
  supplier.write(`${name}.done`, '');
};
const sync = (kind: 'full' | 'delta') => example.sync('products-from-files', kind);

it('the example brings a catalogue over, then what changed and was deleted, and archives both', async () => {
  drop('catalogue-1.csv', ['1;Schläger;10.50;1;', '2;"Ball; rot";3;1;', '3;Netz;;1;']);
  expect(await sync('full')).toMatchObject({ state: 'completed', message: null, counts: { seen: 3, dead: 0 } });
  expect(await example.shown()).toEqual({
    1: { sku: '1', name: 'Schläger', price: 10.5 },
    2: { sku: '2', name: 'Ball; rot', price: 3 },
    3: { sku: '3', name: 'Netz' },
  });
  drop('changes-1.csv', ['2;Ball, blau;4;2;', '3;;;2;D', '4;Tasche;7;1;']);
  drop('changes-2.csv', ['2;late and older;9;1;']);
  expect(await sync('delta')).toMatchObject({ state: 'completed', counts: { dead: 0, removed: 1 } });
  const shown = await example.shown();
  expect([shown[2], shown[3], shown[4]]).toEqual([
    { sku: '2', name: 'Ball, blau', price: 4 },
    undefined,
    { sku: '4', name: 'Tasche', price: 7 },
  ]);
  expect(supplier.files('archive', 'product').map((name) => name.replace(/^\d+\.(\w+)\.\d+\./, '$1 '))).toEqual([
    'full catalogue-1.csv',
    'delta changes-1.csv',
    'delta changes-2.csv',
  ]);
  expect([supplier.files(), supplier.files('taken', 'product')]).toEqual([[], []]);
  expect(await sync('delta')).toMatchObject({ state: 'completed', counts: { seen: 0 } });
});

it('the example names the line of a broken file, and goes on with the others', async () => {
  drop('catalogue-1.csv', ['1;Schläger;10.50;1;']);
  drop('catalogue-2.csv', ['1;Schläger;10.50;1;', '2;Ball']);
  expect(await sync('full')).toMatchObject({ state: 'completed', counts: { seen: 1 } });
  const [, why = ''] = supplier.files('quarantine', 'product');
  expect(supplier.read('quarantine', 'product', why)).toBe(
    '"catalogue-2.csv"\nline 3: 2 columns instead of 5\nNothing of this file was taken.\n',
  );
});
