import { shelf } from '../../examples/shelf/index.js';
import { describeTarget, targetItem, type Mishap } from '../kit/describe-target/index.js';
import { startShelfShop } from '../kit/examples/index.js';
import { silentTools } from '../kit/silent-tools.js';
import type { Fault } from '../kit/stand-in/index.js';

const faults: Readonly<Record<Mishap, Fault>> = {
  'lost-before': { kind: 'lost-before' },
  'lost-after': { kind: 'lost-after' },
  half: { kind: 'half' },
  html: { kind: 'body', status: 200, body: '<html>maintenance</html>' },
  'error-500': { kind: 'status', status: 500, body: { message: 'out of order' } },
  empty: { kind: 'body', status: 200, body: {} },
};

describeTarget('the example target', async () => {
  const shop = await startShelfShop();
  const open = (token: string) => shelf.open({ url: shop.url, token }, silentTools);
  const key = (name: string): string => `product:all:-:${name}`;
  return {
    target: await open(shop.token),
    unusable: await open('another'),
    item: (name, text) => targetItem(key(name), { sku: name, name: text }),
    refused: (name) => targetItem(key(name), { sku: name, name, price: -1 }),
    shown: (name) => {
      const product = shop.products.get(key(name));
      return product && !product.hidden ? String(product.fields.name) : null;
    },
    count: () => shop.products.size,
    fail: (mishap) => void shop.faults.add({ ...faults[mishap], match: { method: 'PUT' } }),
    takesDown: ['delete', 'disable', 'archive'],
    close: () => shop.close(),
  };
});
