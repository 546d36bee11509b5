import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { heapOfListing } from '../../../../test/kit/describe-source/index.js';
import { Supplier } from '../../../../test/kit/drop-folder/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import { dropFolderConfig } from './config.js';
import { dropFolder } from './index.js';

const records = 100_000;
const needs = { attributes: null, fields: [], locales: null, channels: null };

it('a file of 100,000 records is taken, listed and fetched without being held in memory', async () => {
  const supplier = new Supplier();
  const file = openSync(join(supplier.folder, '.draft'), 'w');
  writeSync(file, 'sku,name,text\n');
  for (let index = 0; index < records; index += 1) writeSync(file, `SKU-${index},Name ${index},${'x'.repeat(200)}\n`);
  closeSync(file);
  renameSync(join(supplier.folder, '.draft'), join(supplier.folder, 'all.csv'));
  const config = dropFolderConfig.parse({ folder: supplier.folder, format: 'csv', entities: { product: { full: 'all.csv', key: 'sku' } } });
  const source = await dropFolder.open(config, silentTools);
  const { listed, early, late } = await heapOfListing(source, 'product', needs, records);
  expect(listed).toBe(records);
  // All of them, parsed, are more than forty megabytes.
  expect(late - early).toBeLessThan(8_000_000);
  const { records: found } = await source.fetch('product', ['SKU-7', 'SKU-99999'], { needs, signal: new AbortController().signal });
  expect(found.map(({ key }) => key)).toEqual(['SKU-7', 'SKU-99999']);
  supplier.close();
}, 120_000);
