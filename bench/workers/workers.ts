import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { startService, type Service } from '../../test/kit/service/index.js';
import { forkStandIn, repositoryRoot, type ForkedStandIn } from '../../test/kit/stand-in/index.js';
import { mappingsFor } from '../journey/mappings.js';
import { shelf } from '../journey/places.js';
import { median, type Bench, type Finding } from '../kit/bench.js';
import { realDatabase, type RealDatabase } from '../kit/real-server.js';

interface Load {
  readonly catalog: string;
  readonly latencyMs: number;
  readonly processes: number;
}

interface Round {
  readonly documents: number;
  readonly ms: number;
  readonly contents: ReadonlyMap<string, string>;
}

/** How much faster several processes bring a catalogue into a shop that takes its time. */
export const workers: Bench = {
  name: 'workers',
  description: 'a full sync into a shop that takes 100 ms for each request: four processes on one PostgreSQL against one',
  async run({ tiny, rounds, say }) {
    const load: Load = {
      catalog: tiny ? join(repositoryRoot(), 'demo/catalog') : realCatalog(),
      latencyMs: tiny ? 5 : 100,
      processes: tiny ? 2 : 4,
    };
    const pim = await forkStandIn('akeneo', { catalog: load.catalog, remember: false });
    try {
      const [alone, together]: [Round[], Round[]] = [[], []];
      for (let round = 1; round <= rounds; round += 1) {
        const runs = [
          async () => void alone.push(await oneRound(pim, load, 1)),
          async () => void together.push(await oneRound(pim, load, load.processes)),
        ];
        if (round % 2 === 0) runs.reverse();
        for (const run of runs) await run();
        say(`round ${round}: ${describe(alone.at(-1), 1)}; ${describe(together.at(-1), load.processes)}`);
      }
      return [finding(alone, together, load)];
    } finally {
      await pim.stop();
    }
  },
};

/** A real PIM's catalogue where it is there, and the bundled one otherwise. */
function realCatalog(): string {
  const real = join(process.env.PIM2SHOP_SHARED ?? join(repositoryRoot(), '../shared'), 'data/icecat');
  return existsSync(real) ? real : join(repositoryRoot(), 'demo/catalog');
}

async function oneRound(pim: ForkedStandIn, { latencyMs }: Load, processes: number): Promise<Round> {
  const database = await realDatabase('workers');
  const shop = await forkStandIn('batch-shop', { remember: false, latency: latencyMs });
  const mappings = await slowMappings(pim.url, shop.url);
  const services: Service[] = [];
  const start = async (role: string): Promise<void> => {
    const env = { PIM2SHOP_MAPPINGS: mappings, PIM2SHOP_ROLE: role };
    services.push(await startService({ databaseUrl: database.url, program: 'dist/bench/workers/serve.js', env }));
  };
  try {
    // Those that only deliver are there first, and the clock starts when the one that also reads is.
    await Promise.all(Array.from({ length: processes - 1 }, () => start('worker')));
    await start('all');
    await untilRuns(services);
    const started = performance.now();
    await untilDelivered(database);
    const ms = performance.now() - started;
    const contents = await shelf(shop.url);
    return { documents: contents.size, ms, contents };
  } finally {
    for (const service of services) service.kill('SIGTERM');
    await Promise.all(services.map(({ ended }) => ended));
    await shop.stop();
    await rm(mappings, { recursive: true });
    await database.drop();
  }
}

/** The mapping of the whole catalogue, in small batches and one at a time: what is waited for is the shop. */
async function slowMappings(pim: string, shop: string): Promise<string> {
  const folder = await mappingsFor({
    pim: { connector: 'akeneo', url: pim, clientId: 'client', secret: 'secret', username: 'admin', password: 'admin' },
    shop: { connector: 'batch-shop', url: shop, limit: 8 },
  });
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const file: unknown = name.endsWith('.yaml') ? parse(await readFile(path, 'utf8')) : null;
    if (file !== null && typeof file === 'object' && 'pipeline' in file)
      await writeFile(path, stringify({ ...file, batch: { items: 10, concurrency: 1 } }));
  }
  return folder;
}

async function untilRuns(services: readonly Service[]): Promise<void> {
  await until('every process runs its pipelines', () =>
    Promise.resolve(services.every(({ output }) => output().includes('the pipelines run'))),
  );
}

/** Every pipeline was read whole, and nothing is left to deliver. */
async function untilDelivered({ database }: RealDatabase): Promise<void> {
  await until('everything is delivered', async () => {
    const [row] = await database.query<{ done: boolean }>(
      `SELECT NOT EXISTS (SELECT 1 FROM pipeline_state WHERE last_full_sync IS NULL) AND NOT EXISTS (SELECT 1 FROM queue_entry WHERE state <> 'dead')
              AND (SELECT count(*) FROM pipeline_state) = 3 AS done`,
    );
    return row?.done ?? false;
  });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 600_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not in ten minutes: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function finding(alone: readonly Round[], together: readonly Round[], { processes, latencyMs }: Load): Finding {
  const [reference, measured] = [median(alone.map(perSecond)), median(together.map(perSecond))];
  const differs = difference(alone[0], together[0]);
  return {
    name: `${processes} processes against one`,
    unit: 'documents/s',
    reference,
    measured,
    ratio: measured / reference,
    goal: 2.5,
    equal: differs === null,
    notes: [
      ...(differs === null ? [] : [differs]),
      `${alone[0]?.documents ?? 0} documents, ten a request, ${latencyMs} ms a request, one under way in each process`,
    ],
  };
}

function difference(alone: Round | undefined, together: Round | undefined): string | null {
  if (!alone || !together || alone.documents === 0) return 'nothing was measured';
  for (const key of new Set([...alone.contents.keys(), ...together.contents.keys()]))
    if (alone.contents.get(key) !== together.contents.get(key)) return `${key} differs`;
  return null;
}

function perSecond({ documents, ms }: Round): number {
  return (documents / ms) * 1_000;
}

function describe(round: Round | undefined, processes: number): string {
  return round ? `${processes} took ${(round.ms / 1_000).toFixed(1)} s for ${round.documents} documents` : '-';
}
