import type { BenchOptions, Finding } from '../kit/bench.js';
import type { PrivateServer } from '../kit/private-server.js';
import { ours } from './ours.js';
import { keysOf, place } from './work.js';

/** What the process holds after a tenth of the entries went through, and after all of them: it must not grow with their number. */
export async function memory(server: PrivateServer, { tiny }: BenchOptions): Promise<Finding> {
  const database = await server.fresh();
  await database.query('INSERT INTO pipeline_state (pipeline, mapping) VALUES ($1, 1)', [place.pipeline]);
  await database.query(`INSERT INTO feed_cursor (feed, lease_token) VALUES ($1, 1)`, [place.feed]);
  const side = ours(database);
  const pages = (tiny ? 2_000 : 100_000) / place.size;
  const keys = keysOf(pages * place.size);
  const held: number[] = [];
  let settled = 0;
  for (let page = 0; page < pages; page += 1) {
    await side.enqueue(keys.slice(page * place.size, (page + 1) * place.size), 1, page);
    settled += await side.batch('worker', 1);
    if (page === Math.floor(pages / 10) || page === pages - 1) held.push(heldNow());
  }
  await database.close();
  const [early = NaN, late = NaN] = held;
  const [reference, measured] = [1 / early, 1 / late];
  return {
    name: 'memory, all entries against a tenth',
    unit: '1/MB',
    reference,
    measured,
    ratio: measured / reference,
    goal: 0.8,
    equal: settled === keys.length,
    notes: [`${early.toFixed(1)} MB held after a tenth, ${late.toFixed(1)} MB after all`],
  };
}

/** Megabytes in use once everything that nobody needs is gone. */
function heldNow(): number {
  if (!globalThis.gc) throw new Error('start node with --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed / 1_048_576;
}
