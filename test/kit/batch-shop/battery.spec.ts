import { describeTarget, targetItem } from '../describe-target/index.js';
import { silentTools } from '../silent-tools.js';
import type { Fault } from '../stand-in/index.js';
import { batchShop, startBatchShop } from './index.js';

const faults: Readonly<Record<string, Fault>> = {
  'lost-before': { kind: 'lost-before' },
  'lost-after': { kind: 'lost-after' },
  half: { kind: 'half' },
  html: { kind: 'body', status: 200, body: '<html>maintenance</html>' },
  'error-500': { kind: 'status', status: 500, body: { error: {} } },
  empty: { kind: 'body', status: 200, body: {} },
};

describeTarget('the batch shop', async () => {
  const shop = await startBatchShop();
  const key = (name: string) => `product:all:-:${name}`;
  return {
    target: await batchShop.open({ url: shop.url }, silentTools),
    unusable: await batchShop.open({ url: `${shop.url}/elsewhere` }, silentTools),
    item: (name, text) => targetItem(key(name), { sku: name, name: text }),
    refused: (name) => targetItem(key(name), { sku: name, price: 'cheap' }),
    shown: (name) => {
      const { status, fields } = shop.state.get(key(name)) ?? {};
      return status === 'live' ? (fields?.name as string) : null;
    },
    count: () => shop.state.all().length,
    fail: (mishap) => void shop.faults.add({ ...(faults[mishap] as Fault), match: { method: 'POST' } }),
    takesDown: ['delete', 'disable', 'archive'],
    close: () => shop.close(),
  };
});
