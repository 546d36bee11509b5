import { heapOfListing } from '../../../../test/kit/describe-source/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import { forkStandIn } from '../../../../test/kit/stand-in/index.js';
import { rest } from './index.js';

const needs = { attributes: null, fields: [], locales: null, channels: null };
const count = 100_000;

it('a listing of 100,000 records holds no more at its end than at a quarter of it', async () => {
  // In a process of its own: what the API holds is not the source's.
  const api = await forkStandIn('json-api', { count, textBytes: 300 });
  const list = {
    path: '/api/products',
    query: { 'pagination[page]': '{page}', 'pagination[pageSize]': '{size}' },
    records: 'data',
    total: 'meta.pagination.total',
    paging: { kind: 'page', size: 1000 },
  };
  const many = { path: '/api/products', records: 'data' };
  const product = { key: 'documentId', version: { field: 'updatedAt' }, list, changed: {}, fetch: { many } };
  const config = rest.config.parse({ url: api.url, auth: { kind: 'bearer', token: 'a-token' }, entities: { product } });
  const source = await rest.open(config, silentTools);
  const { listed, early, late } = await heapOfListing(source, 'product', needs, count);
  expect(listed).toBe(count);
  // All of them, parsed, are some sixty megabytes.
  expect(late - early).toBeLessThan(8_000_000);
  await source.close?.();
  await api.stop();
}, 300_000);
