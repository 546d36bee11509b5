import { z } from 'zod';
import { defineTarget } from '../../contract/index.js';
import { bearer, createHttpClient } from '../../http/index.js';
import { MagentoTarget } from './magento-target.js';
import { ShopApi } from './shop-api.js';

/** Magento 2.4 and Adobe Commerce over their synchronous REST interface. */
export const magento2 = defineTarget({
  id: 'magento2',
  title: 'Magento 2 / Adobe Commerce',
  config: z.strictObject({
    url: z.url({ protocol: /^https?$/ }).describe('address of the shop, without /rest'),
    token: z
      .string()
      .min(1)
      .meta({ secret: true })
      .describe('access token of an integration (System › Integrations); since 2.4.4 it needs oauth/consumer/enable_integration_as_bearer'),
  }),
  resources: ['product', 'category'],
  // Magento deadlocks with itself beyond one or two concurrent writes (magento2#5351).
  limits: { maxItems: 100, maxBytes: 5_000_000, concurrency: 2 },
  // SKUs are compared without case.
  address: (resource, { sku }) => (resource === 'product' && typeof sku === 'string' ? sku.toLowerCase() : null),
  gated: true,
  open: ({ url, token }, tools) => {
    const client = createHttpClient({
      connection: tools.connection,
      watch: tools.watch,
      gate: tools.gate,
      baseUrl: url,
      authorization: bearer(tools.connection, token),
      concurrency: 2,
      // Saving a product with pictures may take half a minute.
      timeoutMs: 60_000,
    });
    return Promise.resolve(new MagentoTarget(new ShopApi(tools.connection, client), tools));
  },
});
