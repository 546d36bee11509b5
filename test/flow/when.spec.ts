import { hearing, smallJourney, type SmallJourney } from '../kit/small-journey/index.js';

jest.setTimeout(60_000);

let on: SmallJourney;
afterEach(() => on.close());

const asking = (condition: string) => (file: string) =>
  hearing(file).replace('when: { enabled: true }', `when: { enabled: true, ${condition} }`);
async function begin(edit: (text: string) => string): Promise<void> {
  on = await smallJourney(edit);
  await on.pass('full');
  await on.pass('delta');
  on.written();
}
/** Magento's status: 1 is enabled, 2 is disabled. */
const status = async (sku: string): Promise<string | undefined> => (await on.product(sku))?.values.all.status;
const dead = () => on.test.database.query<{ error_code: string }>(`SELECT error_code FROM queue_entry WHERE state = 'dead'`);

describe('a pipeline that asks for completeness', () => {
  const complete = asking('completeness: { channel: shop, locales: [en_US] }');

  it('takes down what its family makes incomplete, though nobody edited it, and brings it back', async () => {
    await begin(complete);
    expect(await status('mug')).toBe('1');
    on.pim.designers.editFamily('mugs', { requirements: { shop: ['sku', 'name', 'color'] } });
    await on.pass('delta');
    expect(await status('mug')).toBe('2');
    on.pim.designers.editFamily('mugs', { requirements: { shop: ['sku', 'name'] } });
    await on.pass('delta');
    expect(await status('mug')).toBe('1');
  });

  it('takes nothing down of which the completeness is not told: that is the product’s error', async () => {
    await begin(complete);
    on.pim.people.setFamily('mug', null);
    await on.pass('delta');
    expect([await status('mug'), await dead()]).toEqual(['1', [{ error_code: 'missing' }]]);
    on.pim.people.disable('mug');
    await on.pass('delta');
    expect([await status('mug'), await dead()]).toEqual(['2', []]);
  });
});

describe('a pipeline that asks for what is below a category', () => {
  it('follows a category that moves, with those that stand in it', async () => {
    await begin((file) =>
      asking('allCategories: Master')(file).replace('from: options }', 'from: options }, { entity: category, from: allCategories }'),
    );
    expect([await status('mug'), await status('shirt-red-m')]).toEqual(['1', '1']);
    on.pim.people.editCategory('kitchen', { parent: 'Suppliers' });
    await on.pass('delta');
    expect([await status('mug'), await status('shirt-red-m')]).toEqual(['2', '1']);
    on.pim.people.editCategory('kitchen', { parent: 'Master' });
    await on.pass('delta');
    expect(await status('mug')).toBe('1');
  });
});
