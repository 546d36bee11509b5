import { startMagento, type Magento } from '../../../../test/kit/magento/index.js';
import { bearer, createHttpClient } from '../../http/index.js';
import { ShopApi } from './shop-api.js';
import { ShopStructure } from './shop-structure.js';

let shop: Magento;
let api: ShopApi;
let now: number;
let structure: ShopStructure;
const { signal } = new AbortController();
beforeEach(async () => {
  shop = await startMagento();
  api = new ShopApi(
    'shop',
    createHttpClient({ connection: 'shop', baseUrl: shop.url, authorization: bearer('shop', shop.token), concurrency: 2 }),
  );
  now = 5;
  structure = new ShopStructure(api, () => now);
});
afterEach(async () => {
  api.close();
  await shop.close();
  shop.contract.expectNoViolations();
});

const optionsOf = async (code: string) => [...((await structure.attributes([code], signal)).get(code)?.options.keys() ?? [])];

describe('what the shop is made of', () => {
  it('is read once for all that is asked for', async () => {
    shop.people.addOption('color', { label: 'Red' });
    await structure.attributes(['color', 'manufacturer'], signal);
    expect([await optionsOf('color'), shop.requests.length]).toEqual([['RED'], 1]);
  });

  it('is read again after ten minutes: an option that people deleted is known no longer than that', async () => {
    shop.people.addOption('color', { label: 'Red' });
    await optionsOf('color');
    shop.people.removeOption('color', 'Red');
    now += 599_000;
    expect(await optionsOf('color')).toEqual(['RED']);
    now += 2_000;
    expect(await optionsOf('color')).toEqual([]);
  });
});
