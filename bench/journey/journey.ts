import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { alertsFile } from '../../src/alerts/file/alerts-file.js';
import { compileProject } from '../../src/config/compile-project.js';
import { formatMistakes } from '../../src/config/format-mistakes.js';
import { loadProject, type Project } from '../../src/config/load-project.js';
import type { OpenSource } from '../../src/connectors/contract/index.js';
import { sources } from '../../src/connectors/sources/index.js';
import { targets } from '../../src/connectors/targets/index.js';
import { silentLog } from '../../src/logging/log.js';
import type { Pipeline } from '../../src/mapping/pipeline.js';
import { silentJourney } from '../../src/sync/journey.js';
import { openFiles } from '../../src/sync/open-files.js';
import { SyncService } from '../../src/sync/sync-service.js';
import { forkStandIn, repositoryRoot } from '../../test/kit/stand-in/index.js';
import { median, type Bench, type BenchOptions, type Finding } from '../kit/bench.js';
import { startPrivateServer, type PrivateServer } from '../kit/private-server.js';
import { bareLoop } from './bare-loop.js';
import { mappingsFor } from './mappings.js';
import { places, type Place, type PlaceKind } from './places.js';
import { timedSql, type Timings } from './timed-sql.js';

const goal = 0.5;

/** Records per second of the whole journey, against a loop that only reads, maps and posts. */
export const journey: Bench = {
  name: 'journey',
  description: 'the whole journey of the bundled catalogue times 20, against a bare loop of the same reads, mapping and posts',
  async run(options) {
    const pim = await forkStandIn('akeneo', {
      catalog: join(repositoryRoot(), 'demo/catalog'),
      times: options.tiny ? 1 : 20,
      remember: false,
    });
    const server = await startPrivateServer();
    try {
      const findings: Finding[] = [];
      for (const kind of places) findings.push(await compare(kind, pim, server, options));
      return findings;
    } finally {
      await server.stop();
      await pim.stop();
    }
  },
};

interface Pim {
  readonly url: string;
}

interface Round {
  readonly records: number;
  readonly ms: number;
  readonly cpuMs: number;
  readonly contents: ReadonlyMap<string, string>;
}

async function compare(kind: PlaceKind, pim: Pim, server: PrivateServer, { rounds, say }: BenchOptions): Promise<Finding> {
  const bare: Round[] = [];
  const ours: Round[] = [];
  const timings: Timings = new Map();
  for (let round = 1; round <= rounds; round += 1) {
    // Interleaved, and by turns the first: what the machine does meanwhile hits both.
    const runs = [
      async () => void bare.push(await runBare(kind, pim)),
      async () => void ours.push(await runOurs(kind, pim, server, timings)),
    ];
    if (round % 2 === 0) runs.reverse();
    for (const run of runs) await run();
    say(`${kind.name}, round ${round}: bare ${rate(bare.at(-1))}, pim2shop ${rate(ours.at(-1))} records/s`);
  }
  const reference = median(bare.map(perSecond));
  const measured = median(ours.map(perSecond));
  const differs = difference(bare[0], ours[0]);
  return {
    name: kind.name,
    unit: 'records/s',
    reference,
    measured,
    ratio: measured / reference,
    goal,
    equal: differs === null,
    notes: [...(differs === null ? [] : [differs]), ...restOf(bare, ours, timings)],
  };
}

async function runBare(kind: PlaceKind, pim: Pim): Promise<Round> {
  return inPlace(kind, pim, async (files, place) => {
    const connection = files.connections.get('pim');
    const shop = files.connections.get('shop');
    if (!connection?.source || !shop?.target) throw new Error('the mapping has no connections pim and shop');
    const source = await connection.source.open(connection.config, { connection: 'pim', log: silentLog });
    const target = await shop.target.open(shop.config, { connection: 'shop', log: silentLog });
    const pipelines = await compiled(files, source);
    const { maxKeys } = connection.source.limits;
    const round = await timed(() => bareLoop(pipelines, source, target, maxKeys));
    await target.close?.();
    await source.close?.();
    return { ...round, contents: await place.contents() };
  });
}

async function runOurs(kind: PlaceKind, pim: Pim, server: PrivateServer, timings: Timings): Promise<Round> {
  return inPlace(kind, pim, async (files, place) => {
    const database = await server.fresh();
    const opened = await openFiles(files, { sql: timedSql(database, timings), leaseMs: 30_000, log: silentLog, journey: silentJourney });
    if ('mistakes' in opened) throw new Error(formatMistakes(opened.mistakes));
    const { project } = opened;
    const service = new SyncService(project);
    const round = await timed(async () => {
      let records = 0;
      for (const pipeline of project.pipelines) {
        const { counts, state, message } = await service.sync({ pipeline, kind: 'full', trigger: 'command', limit: null, signal });
        if (state !== 'completed') throw new Error(`${pipeline}: ${state}: ${message ?? ''}`);
        records += counts.seen;
      }
      return records;
    });
    const contents = await place.contents();
    await project.close();
    await database.close();
    return { ...round, contents };
  });
}

const { signal } = new AbortController();

async function inPlace(kind: PlaceKind, pim: Pim, work: (files: Project, place: Place) => Promise<Round>): Promise<Round> {
  const place = await kind.open();
  const source = { connector: 'akeneo', url: pim.url, clientId: 'client', secret: 'secret', username: 'admin', password: 'admin' };
  const dir = await mappingsFor({ pim: source, shop: place.connection });
  try {
    const loaded = await loadProject(dir, {
      env: {},
      sources,
      beside: [alertsFile],
      targets: [...targets.filter(({ id }) => id !== kind.definition.id), kind.definition],
    });
    if ('mistakes' in loaded) throw new Error(formatMistakes(loaded.mistakes));
    return await work(loaded.project, place);
  } finally {
    await place.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** The pipelines as the program compiles them, in the order it runs them. */
async function compiled(files: Project, source: OpenSource): Promise<Pipeline[]> {
  const structure = await source.structure?.(signal);
  if (!structure) throw new Error('the source tells no structure');
  const result = compileProject(files, new Map([['pim', structure]]));
  if ('mistakes' in result) throw new Error(formatMistakes(result.mistakes));
  const order = ['category', 'product-model', 'product'];
  return [...result.pipelines].sort((a, b) => order.indexOf(a.source.entity) - order.indexOf(b.source.entity));
}

async function timed(work: () => Promise<number>): Promise<Omit<Round, 'contents'>> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const records = await work();
  const ms = performance.now() - started;
  const used = process.cpuUsage(cpu);
  return { records, ms, cpuMs: (used.user + used.system) / 1000 };
}

/** Where the two differ, or null: the same documents stand there with the same content, links and all. */
function difference(bare: Round | undefined, ours: Round | undefined): string | null {
  if (!bare || !ours) return 'nothing was measured';
  if (bare.records !== ours.records) return `${bare.records} records were read bare, ${ours.records} here`;
  for (const key of new Set([...bare.contents.keys(), ...ours.contents.keys()])) {
    const [one, other] = [bare.contents.get(key) ?? '', ours.contents.get(key) ?? ''];
    if (one !== other) return `${key}: ${one.slice(0, 300) || 'nothing'} bare, ${other.slice(0, 300) || 'nothing'} here`;
  }
  return null;
}

function restOf(bare: readonly Round[], ours: readonly Round[], timings: Timings): string[] {
  const perRecord = (rounds: readonly Round[], of: (round: Round) => number) =>
    median(rounds.map((round) => (of(round) / round.records) * 1000));
  const wall = (rounds: readonly Round[]) => perRecord(rounds, (round) => round.ms).toFixed(0);
  const cpu = (rounds: readonly Round[]) => perRecord(rounds, (round) => round.cpuMs).toFixed(0);
  const records = ours.reduce((sum, round) => sum + round.records, 0);
  const statements = [...timings]
    .sort(([, a], [, b]) => b.ms - a.ms)
    .slice(0, 8)
    .map(([name, { calls, ms }]) => `${name} ${((ms / records) * 1000).toFixed(0)} µs (${calls} calls)`);
  return [
    `a record takes ${wall(bare)} µs bare and ${wall(ours)} µs here, of which own CPU ${cpu(bare)} and ${cpu(ours)} µs`,
    `waited for per record, overlapping: ${statements.join(', ')}`,
  ];
}

function perSecond({ records, ms }: Round): number {
  return (records / ms) * 1000;
}

function rate(round: Round | undefined): string {
  return round ? Math.round(perSecond(round)).toString() : '-';
}
