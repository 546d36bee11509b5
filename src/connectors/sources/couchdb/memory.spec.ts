import { heapOfListing } from '../../../../test/kit/describe-source/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import { forkStandIn } from '../../../../test/kit/stand-in/index.js';
import { couchdb } from './index.js';

const needs = { attributes: null, fields: [], locales: null, channels: null };
const documents = 100_000;

it('a listing of 100,000 documents holds no more at its end than at a quarter of it', async () => {
  // In a process of its own: what the database holds is not the source's.
  const server = await forkStandIn('couch');
  await fetch(`${server.url}/catalogue`, { method: 'PUT' });
  for (let first = 0; first < documents; first += 5_000) {
    const docs = Array.from({ length: 5_000 }, (_, index) => ({ _id: `p${first + index}`, text: 'x'.repeat(300) }));
    const headers = { 'content-type': 'application/json' };
    const { status } = await fetch(`${server.url}/catalogue/_bulk_docs`, { method: 'POST', headers, body: JSON.stringify({ docs }) });
    expect(status).toBe(201);
  }
  const config = { url: server.url, database: 'catalogue', pageSize: 1000, entities: { product: {} } };
  const source = await couchdb.open(config, silentTools);
  const { listed, early, late } = await heapOfListing(source, 'product', needs, documents);
  expect(listed).toBe(documents);
  // All of them, parsed, are some sixty megabytes.
  expect(late - early).toBeLessThan(8_000_000);
  await source.close?.();
  await server.stop();
}, 300_000);
