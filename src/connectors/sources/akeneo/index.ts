import { z } from 'zod';
import { defineSource } from '../../contract/index.js';
import { AkeneoSource } from './akeneo-source.js';
import { openApi } from './open-api.js';
import { eventSecrets } from './receive.js';

/**
 * Akeneo PIM 7 and SaaS over its REST API. Facts and limits: https://api.akeneo.com/documentation/
 * (pagination, filter, rate limits), read for 7.0.
 */
export const akeneo = defineSource({
  id: 'akeneo',
  title: 'Akeneo PIM',
  config: z.strictObject({
    url: z.url({ protocol: /^https?$/ }).describe('address of the PIM, without /api'),
    clientId: z.string().min(1).describe('client id of the connection (Connect › Connection settings)'),
    secret: z.string().min(1).meta({ secret: true }).describe('secret of the connection'),
    username: z.string().min(1).describe('user name of the connection'),
    password: z.string().min(1).meta({ secret: true }).describe('password of that user'),
    timeZone: z
      .string()
      .refine(isTimeZone, 'is no time zone; write a name such as Europe/Berlin')
      .default('UTC')
      .describe("time zone of the PIM's server (date.timezone of its PHP), in which it reads the dates of filters; SaaS: UTC"),
    linkedEntities: z
      .array(z.enum(['asset', 'reference_entity_record']))
      .min(1)
      .optional()
      .describe('what edits of which a delta finds as edits of the products linked to it; the PIM must have "Linked entities update" on'),
    eventSecrets: eventSecrets
      .optional()
      .describe('{ primary, secondary }: secrets of a subscription of the Event Platform to our webhook'),
    ignoreEventsOf: z.array(z.string().min(1)).optional().describe('authors, by identifier, whose edits are not told by events: our own'),
  }),
  entities: ['product', 'product-model', 'category'],
  related: ['family', 'attribute-option'],
  inherits: {
    product: [{ entity: 'product-model', from: ['parent', 'root'] }],
    'product-model': [{ entity: 'product-model', from: ['parent'] }],
  },
  structured: ['product', 'product-model'],
  // 100 records a page at most; 4 concurrent calls per connection at most.
  limits: { maxKeys: 100, concurrency: 4 },
  gated: true,
  open: (config, tools) => Promise.resolve(new AkeneoSource(openApi(config, tools), config, tools)),
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
