import type { SourceStarter } from './starter.js';

const plain = { sku: 'sku', name: 'name', price: 'price' };

/** One for each source of `connectors/sources/index.ts`. */
export const sourceStarters: readonly SourceStarter[] = [
  {
    id: 'akeneo',
    where: 'A connection of the PIM: Connect › Connection settings.',
    variables: [
      { name: 'AKENEO_URL', example: 'https://pim.example.com' },
      { name: 'AKENEO_CLIENT_ID', example: '' },
      { name: 'AKENEO_SECRET', example: '' },
      { name: 'AKENEO_USERNAME', example: '' },
      { name: 'AKENEO_PASSWORD', example: '' },
    ],
    connection: `connector: akeneo
url: \${AKENEO_URL}
clientId: \${AKENEO_CLIENT_ID}
secret: \${AKENEO_SECRET}
username: \${AKENEO_USERNAME}
password: \${AKENEO_PASSWORD}`,
    entity: 'product',
    scope: ['locale: en_US', 'channel: ecommerce', 'currency: EUR'],
    delta: '{ every: 1m, overlap: 2m }',
    key: 'uuid',
    paths: { sku: 'identifier', name: 'values.name', price: 'values.price' },
  },
  {
    id: 'couchdb',
    where: 'A user of the database who may read it.',
    variables: [
      { name: 'COUCHDB_URL', example: 'https://couch.example.com:6984' },
      { name: 'COUCHDB_USERNAME', example: '' },
      { name: 'COUCHDB_PASSWORD', example: '' },
    ],
    connection: `connector: couchdb
url: \${COUCHDB_URL}
database: catalogue
username: \${COUCHDB_USERNAME}
password: \${COUCHDB_PASSWORD}
entities:
  product: { where: { type: product } } # or by the beginning of _id: { prefix: 'product:' }`,
    entity: 'product',
    scope: [],
    delta: '{ every: 1m, strategy: changes }',
    key: '_id',
    paths: plain,
  },
  {
    id: 'drop-folder',
    where: 'A folder that this program may read and write.',
    variables: [{ name: 'DROP_FOLDER', example: '/srv/supplier' }],
    connection: `connector: drop-folder
folder: \${DROP_FOLDER}
format: csv # or jsonl, xml
delimiter: ';'
complete: renamed # how a whole file is told from one that is still being written
entities:
  product: { full: products-*.csv, delta: changes-*.csv, key: sku }`,
    entity: 'product',
    scope: [],
    delta: '{ every: 1m, strategy: changes }',
    key: 'sku',
    paths: plain,
  },
  {
    id: 'pimcore',
    where: 'A GraphQL configuration of Data Hub, and its API key (Security Definition).',
    variables: [
      { name: 'PIMCORE_URL', example: 'https://pim.example.com/pimcore-graphql-webservices/shop' },
      { name: 'PIMCORE_API_KEY', example: '' },
    ],
    connection: `connector: pimcore
url: \${PIMCORE_URL}
apiKey: \${PIMCORE_API_KEY}
version: 11 # major version of Pimcore
entities:
  product:
    class: Product
    fields:
      sku: {}
      price: {}
      name: { localized: true }`,
    entity: 'product',
    scope: ['locale: en'],
    delta: '{ every: 1m, overlap: 2m }',
    key: 'id',
    paths: { sku: 'values.sku', name: 'values.name', price: 'values.price' },
  },
  {
    id: 'rest',
    where: 'A token of the API. Paths and parameters are those of your API: docs/sources-rest.md goes through them.',
    variables: [
      { name: 'REST_URL', example: 'https://api.example.com' },
      { name: 'REST_TOKEN', example: '' },
    ],
    connection: `connector: rest
url: \${REST_URL}
auth: { kind: bearer, token: '\${REST_TOKEN}' }
entities:
  product:
    key: id
    version: { field: updated_at }
    list:
      path: /products
      query: { page: '{page}', per_page: '{size}' }
      records: data
      paging: { kind: page }
    changed:
      query: { updated_since: '{since}' }
    fetch:
      one: { path: '/products/{key}', record: data }`,
    entity: 'product',
    scope: [],
    delta: '{ every: 1m, overlap: 2m }',
    key: 'id',
    paths: plain,
  },
  {
    id: 'sql',
    where: 'A user of the database who may read the table. `pim2shop source install-triggers CONNECTION` lets it tell deletions, too.',
    variables: [{ name: 'SOURCE_DATABASE_URL', example: 'postgres://reader:password@db.example.com:5432/erp' }],
    connection: `connector: sql
url: \${SOURCE_DATABASE_URL}
entities:
  product: { table: product, key: id, modified: updated_at }`,
    entity: 'product',
    scope: [],
    delta: '{ every: 1m, strategy: timestamp, overlap: 5m }',
    key: 'id',
    paths: plain,
  },
];
