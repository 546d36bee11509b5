import { rm } from 'node:fs/promises';
import { usualCredentials } from '../../../../test/kit/akeneo/akeneo.js';
import { writeSmallCatalog } from '../../../../test/kit/catalog/index.js';
import { heapOfListing } from '../../../../test/kit/describe-source/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import { forkStandIn } from '../../../../test/kit/stand-in/index.js';
import { akeneo } from './index.js';

const needs = { attributes: null, fields: [], locales: null, channels: null };

it.each([
  ['product', 3],
  ['product-model', 2],
] as const)('a listing of more than 20,000 (%s) holds no more at its end than at a quarter of it', async (entity, each) => {
  const folder = await writeSmallCatalog();
  const times = Math.ceil(20_001 / each);
  // In a process of its own: what the PIM holds is not the source's.
  const pim = await forkStandIn('akeneo', { catalog: folder, times, remember: false });
  const source = await akeneo.open({ url: pim.url, ...usualCredentials, timeZone: 'UTC' }, silentTools);
  const { listed, early, late } = await heapOfListing(source, entity, needs, times * each);
  expect(listed).toBe(times * each);
  // All of them, parsed, are some forty megabytes.
  expect(late - early).toBeLessThan(8_000_000);
  await source.close?.();
  await pim.stop();
  await rm(folder, { recursive: true });
});
