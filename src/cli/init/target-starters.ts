import type { TargetStarter } from './starter.js';

/** One for each target of `connectors/targets/index.ts`. */
export const targetStarters: readonly TargetStarter[] = [
  {
    id: 'file',
    where: 'A file that documents are appended to, to try a mapping without a shop.',
    variables: [{ name: 'PRODUCTS_FILE', example: './products.jsonl' }],
    connection: `connector: file
path: \${PRODUCTS_FILE}`,
    resource: 'product',
    store: 'all',
    policy: 'delete',
    fields: ({ sku, name, price }) => [
      `sku: { from: ${sku}, required: true, trim: true }`,
      `name: { from: ${name}, required: true, trim: true }`,
      `price: { from: ${price}, number: 2, optional: true }`,
    ],
  },
  {
    id: 'magento2',
    where: 'An integration of the shop: System › Integrations; since 2.4.4 with oauth/consumer/enable_integration_as_bearer.',
    variables: [
      { name: 'MAGENTO_URL', example: 'https://shop.example.com' },
      { name: 'MAGENTO_TOKEN', example: '' },
    ],
    connection: `connector: magento2
url: \${MAGENTO_URL}
token: \${MAGENTO_TOKEN}`,
    resource: 'product',
    store: 'all',
    policy: 'disable',
    fields: ({ sku, name, price }) => [
      `sku: { from: ${sku}, required: true, trim: true }`,
      'type_id: { value: simple }',
      `name: { from: ${name}, required: true, trim: true, maxLength: 255 }`,
      `price: { from: ${price}, number: 2, default: 0 }`,
      'status: { value: 1 } # enabled',
      'visibility: { value: 4 } # in the catalogue and in the search',
      'website_ids: { value: [1] }',
      'custom_attributes.url_key: { all: [document.name, document.sku], slug: true }',
    ],
  },
];
