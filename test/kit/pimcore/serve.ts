import { startPimcore, type PimcoreOptions } from './pimcore.js';

/** Runs the PIM in a process of its own; see `forkStandIn`. Sends `{ url }` once it listens and ends when its parent goes. */
async function serve(options: PimcoreOptions): Promise<void> {
  const pim = await startPimcore(options);
  process.once('disconnect', () => void pim.close());
  process.send?.({ url: pim.url });
}

void serve(JSON.parse(process.argv[2] ?? '{}') as PimcoreOptions);
