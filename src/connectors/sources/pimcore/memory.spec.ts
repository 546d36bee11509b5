import { heapOfListing } from '../../../../test/kit/describe-source/index.js';
import { pimcoreConfig } from '../../../../test/kit/pimcore-source/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import { forkStandIn } from '../../../../test/kit/stand-in/index.js';
import { pimcore } from './index.js';

it('a listing of 100,000 holds no more at its end than at a quarter of it', async () => {
  const needs = { attributes: ['name'], fields: ['key'], locales: ['en', 'de'], channels: null };
  const cars = 100_000;
  // In a process of its own: what the PIM holds is not the source's.
  const pim = await forkStandIn('pimcore', { cars, remember: false });
  const source = await pimcore.open(pimcoreConfig({ url: pim.url, apiKey: 'key-of-the-shop', version: 11 }) as never, silentTools);
  const { listed, early, late } = await heapOfListing(source, 'car', needs, cars);
  expect(listed).toBe(cars);
  // All of them, parsed, are some eighty megabytes.
  expect(late - early).toBeLessThan(8_000_000);
  await source.close?.();
  await pim.stop();
}, 180_000);
