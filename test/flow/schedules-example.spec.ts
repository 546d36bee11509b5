import { join } from 'node:path';
import { formatMistakes } from '../../src/config/format-mistakes.js';
import { loadProject } from '../../src/config/load-project.js';
import { sources } from '../../src/connectors/sources/index.js';
import { targets } from '../../src/connectors/targets/index.js';
import { runningOrder } from '../../src/mapping/dependencies.js';
import { blackoutsOf, prerequisitesOf, timingOf } from '../../src/mapping/schedules-of.js';
import { isBlackout } from '../../src/sync/schedules/is-blackout.js';
import { lastSlot } from '../../src/sync/schedules/slots-of.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

/** Every variable the files name. */
const env = Object.fromEntries(['CLIENT_ID', 'SECRET', 'USERNAME', 'PASSWORD'].map((name) => [`AKENEO_${name}`, 'something-long']));

async function examplePipelines() {
  const loaded = await loadProject(join(repositoryRoot(), 'examples/schedules'), {
    env: { ...env, AKENEO_URL: 'http://127.0.0.1:1', PRODUCTS_FILE: '/tmp/products.jsonl' },
    sources,
    targets,
  });
  if ('mistakes' in loaded) throw new Error(formatMistakes(loaded.mistakes));
  return loaded.project.pipelines;
}

// A Wednesday.
const noon = new Date('2026-11-18T12:00:00Z');

it('the example of schedules means what its page says', async () => {
  const pipelines = await examplePipelines();
  const products = pipelines.find(({ data }) => data.pipeline === 'products-file')?.data;
  if (!products?.full || !products.sweep) throw new Error('the example has no such schedules');
  expect(lastSlot(timingOf(products.full), noon)).toEqual(new Date('2026-11-15T01:00:00Z'));
  expect(lastSlot(timingOf(products.sweep), noon)).toEqual(new Date('2026-11-18T01:30:00Z'));
  expect(['full', 'delta'].map((kind) => isBlackout(blackoutsOf(products), kind as 'full' | 'delta', noon))).toEqual([true, false]);
  expect(isBlackout(blackoutsOf(products), 'delta', new Date('2026-11-18T23:00:00Z'))).toBe(true);
  expect(prerequisitesOf(products)).toEqual([{ pipeline: 'categories-file', atMostMs: 7_200_000 }]);
  expect(runningOrder(pipelines).get('products-file')).toEqual(['categories-file']);
});
