import { startMagento } from '../../../../test/kit/magento/index.js';
import { describeTarget, targetItem } from '../../../../test/kit/describe-target/index.js';
import type { Fault } from '../../../../test/kit/stand-in/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import { magento2 } from './index.js';

const faults: Readonly<Record<string, Fault>> = {
  'lost-before': { kind: 'lost-before' },
  'lost-after': { kind: 'lost-after' },
  half: { kind: 'half' },
  html: { kind: 'body', status: 200, body: '<html>maintenance</html>' },
  'error-500': { kind: 'status', status: 500, body: { message: 'Internal Error. Details are available in Magento log file.' } },
  empty: { kind: 'body', status: 200, body: {} },
};

describeTarget('magento2', async () => {
  const shop = await startMagento();
  const open = (token: string) => magento2.open({ url: shop.url, token }, silentTools);
  const product = (name: string, text: string) => {
    const fields = {
      sku: name,
      type_id: 'simple',
      attribute_set: null,
      name: text,
      price: 5,
      status: 1,
      visibility: 4,
      'custom_attributes.url_key': `p-${Buffer.from(name).toString('hex')}`,
    };
    return targetItem(`product:all:-:${name}`, fields, { address: name.toLowerCase() });
  };
  return {
    target: await open(shop.token),
    unusable: await open('another'),
    item: product,
    refused: (name) => {
      const item = product(name, 'x');
      return { ...item, fields: { ...item.fields, attribute_set: 'none of this name' } };
    },
    shown: (name) => {
      const { status, name: text } = shop.state.product(name)?.values ?? {};
      return status === '1' ? (text ?? null) : null;
    },
    count: () => shop.state.productCount,
    fail: (mishap) => void shop.faults.add({ ...(faults[mishap] as Fault), match: { method: 'POST' } }),
    takesDown: ['delete', 'disable', 'archive'],
    verify: () => shop.contract.expectNoViolations(),
    close: () => shop.close(),
  };
});
