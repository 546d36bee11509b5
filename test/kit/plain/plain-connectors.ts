import { z } from 'zod';
import { defineSource, defineTarget, type SourceDefinition, type TargetDefinition } from '../../../src/connectors/contract/index.js';
import { standardWebhookSecrets } from '../../../src/connectors/http/index.js';
import { plainReceiver } from './plain-webhooks.js';
import { PlainShop } from './plain-shop.js';
import { remotePlain } from './remote.js';

const source = defineSource({
  id: 'plain',
  title: 'The plain PIM of another process',
  config: z.strictObject({ url: z.url(), webhookSecrets: standardWebhookSecrets.optional() }),
  entities: ['product', 'category'],
  limits: { maxKeys: 100, concurrency: 4 },
  open: ({ url, webhookSecrets }) => Promise.resolve({ ...remotePlain(url).pim, ...(webhookSecrets ? plainReceiver(webhookSecrets) : {}) }),
});

const target = defineTarget({
  id: 'plain-shop',
  title: 'The plain shop of another process',
  config: z.strictObject({ url: z.url() }),
  resources: ['product'],
  ...PlainShop.definition,
  open: ({ url }) => Promise.resolve(remotePlain(url).shop),
});

/** The plain PIM and shop as connectors, for the service in a process of its own. */
export const plainConnectors = { sources: [source as SourceDefinition], targets: [target as TargetDefinition] };
