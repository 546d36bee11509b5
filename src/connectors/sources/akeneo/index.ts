import { z } from 'zod';
import { defineSource } from '../../contract/index.js';
import { AkeneoSource } from './akeneo-source.js';
import { openApi } from './open-api.js';

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
  }),
  entities: ['product', 'product-model', 'category'],
  structured: ['product', 'product-model'],
  // 100 records a page at most; 4 concurrent calls per connection at most.
  limits: { maxKeys: 100, concurrency: 4 },
  open: (config, tools) => Promise.resolve(new AkeneoSource(openApi(config, tools), config.timeZone, tools)),
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
