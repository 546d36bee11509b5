import { Pool } from 'pg';
import type { Database } from '../../src/database/database.js';
import { refreshStatistics } from '../../src/queue/sql/refresh-statistics.js';
import { median, type Bench, type BenchOptions, type Finding } from '../kit/bench.js';
import { startPrivateServer, type PrivateServer } from '../kit/private-server.js';
import { claimLatency } from './claim-latency.js';
import { handWritten } from './hand-written.js';
import { memory } from './memory.js';
import { ours } from './ours.js';
import { keysOf, place, type Side } from './work.js';

/** What is measured of each side, entries per second. */
const steps = ['enqueue, new', 'first load, one worker', 'enqueue, known', 'changes, four workers'] as const;
type Step = (typeof steps)[number];

const goals: Readonly<Record<Step, number>> = {
  'enqueue, new': 0.7,
  'first load, one worker': 0.8,
  'enqueue, known': 0.7,
  'changes, four workers': 0.8,
};

/** Entries per second through enqueue, claim, intent and settlement, against hand-written SQL on the same tables. */
export const queue: Bench = {
  name: 'queue',
  description: 'enqueue, and claim, intent and settlement of 100,000 entries, against hand-written SQL; the claim at a million; memory',
  async run(options) {
    const server = await startPrivateServer();
    try {
      return [...(await throughput(server, options)), await claimLatency(server, options), await memory(server, options)];
    } finally {
      await server.stop();
    }
  },
};

interface Round {
  readonly rates: ReadonlyMap<Step, number>;
  readonly left: string;
}

async function throughput(server: PrivateServer, { tiny, rounds, say }: BenchOptions): Promise<Finding[]> {
  const keys = keysOf(tiny ? 2_000 : 100_000);
  const reference: Round[] = [];
  const measured: Round[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const runs = [async () => void reference.push(await inHand(server, keys)), async () => void measured.push(await inOurs(server, keys))];
    if (round % 2 === 0) runs.reverse();
    for (const run of runs) await run();
    say(
      `round ${round}: ${steps.map((step) => `${step} ${rateOf(reference.at(-1), step)} by hand, ${rateOf(measured.at(-1), step)} here`).join('; ')}`,
    );
  }
  const equal = new Set([...reference, ...measured].map(({ left }) => left)).size === 1;
  return steps.map((step) => {
    const [hand, here] = [medianOf(reference, step), medianOf(measured, step)];
    const notes = equal ? [] : [`by hand ${reference[0]?.left ?? ''}, here ${measured[0]?.left ?? ''}`];
    return { name: step, unit: 'entries/s', reference: hand, measured: here, ratio: here / hand, goal: goals[step], equal, notes };
  });
}

async function inHand(server: PrivateServer, keys: readonly string[]): Promise<Round> {
  const database = await server.fresh();
  const pool = new Pool({ connectionString: database.url, max: 10 });
  const round = await oneRound(database, handWritten(pool), keys);
  await pool.end();
  await database.close();
  return round;
}

async function inOurs(server: PrivateServer, keys: readonly string[]): Promise<Round> {
  const database = await server.fresh();
  const round = await oneRound(database, ours(database), keys);
  await database.close();
  return round;
}

/** Everything comes in for the first time and is delivered by one worker; then all of it changes, and four deliver it. */
async function oneRound(database: Database, side: Side, keys: readonly string[]): Promise<Round> {
  await database.query('INSERT INTO pipeline_state (pipeline, mapping) VALUES ($1, 1)', [place.pipeline]);
  await database.query(`INSERT INTO feed_cursor (feed, lease_token) VALUES ($1, 1)`, [place.feed]);
  const rates = new Map<Step, number>();
  const measure = async (step: Step, work: () => Promise<void>): Promise<void> => {
    const started = performance.now();
    await work();
    rates.set(step, (keys.length / (performance.now() - started)) * 1000);
  };
  const pages = Array.from({ length: keys.length / place.size }, (_, n) => keys.slice(n * place.size, (n + 1) * place.size));
  const enqueueAll = async (version: number): Promise<void> => {
    for (const [at, page] of pages.entries()) {
      await side.enqueue(page, version, (version - 1) * pages.length + at);
      if (at % 4 === 2) await refreshStatistics(database);
    }
  };
  await measure('enqueue, new', () => enqueueAll(1));
  await measure('first load, one worker', () => drain(database, side, 1, 1));
  await measure('enqueue, known', () => enqueueAll(2));
  await measure('changes, four workers', () => drain(database, side, 4, 2));
  return { rates, left: await whatIsLeft(database) };
}

async function drain(database: Database, side: Side, workers: number, version: number): Promise<void> {
  const work = async (_: unknown, worker: number): Promise<void> => {
    for (let batches = 0, empty = 0; empty < 3; batches += 1) {
      empty = (await side.batch(`worker ${worker}`, version)) === 0 ? empty + 1 : 0;
      if (worker === 0 && batches % 4 === 2) await refreshStatistics(database);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}

/** What stands in the tables afterwards, in one line that both sides must have in common. */
async function whatIsLeft(database: Database): Promise<string> {
  const [row] = await database.query<{ left: string }>(`
    SELECT concat_ws(' ',
      (SELECT count(*) FROM queue_entry), 'entries,',
      (SELECT count(*) || ' ' || md5(string_agg(entity_key || version, ',' ORDER BY entity_key)) FROM sighting), 'seen,',
      (SELECT count(*) || ' ' || md5(string_agg(document_key || hash || md5(document::text) || in_doubt::text || state, ',' ORDER BY document_key))
       FROM mirror_document), 'documents,',
      (SELECT count(*) || ' ' || md5(string_agg(entity_key || target_id, ',' ORDER BY entity_key)) FROM identity), 'ids,',
      (SELECT count(*) || ' ' || md5(string_agg(address || entity_key || target_id, ',' ORDER BY address)) FROM address), 'addresses,',
      (SELECT moves FROM feed_cursor), 'pages') AS left`);
  return row?.left ?? '';
}

function rateOf(round: Round | undefined, step: Step): string {
  return Math.round(round?.rates.get(step) ?? NaN).toString();
}

function medianOf(rounds: readonly Round[], step: Step): number {
  return median(rounds.map(({ rates }) => rates.get(step) ?? NaN));
}
