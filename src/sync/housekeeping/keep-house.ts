import type { KeepDays } from '../../config/settings.js';
import type { Sql } from '../../database/sql.js';
import type { Log } from '../../logging/log.js';
import { forgetDebug } from '../../queue/sql/debug-switches.js';
import { forgetDeliveries } from '../../queue/sql/forget-deliveries.js';
import { forgetIdempotencyKeys } from '../requests/sql/add-request.js';
import { closeDay, forgetDays, takeDay } from './sql/housekeeping-day.js';
import { prunePage } from './sql/prune.js';
import { pruned, type Pruned } from './what-is-pruned.js';

/** So many rows are looked at in one statement. */
const pageRows = 5_000;

/** Once a day, by whichever process comes first: what only grows loses what nobody needs any more. Answers how many rows of each table; null where it is not our turn. */
export async function keepHouse(
  { sql, log, owner }: { readonly sql: Sql; readonly log: Log; readonly owner: string },
  keepDays: KeepDays,
): Promise<Readonly<Record<string, number>> | null> {
  const day = await takeDay(sql, owner);
  if (day === null) return null;
  const counts: Record<string, number> = {};
  for (const what of pruned) counts[what.table] = await prune(sql, what, keepDays[what.keep]);
  counts.webhook_delivery = await all(() => forgetDeliveries(sql, keepDays.deliveries, pageRows));
  await forgetDebug(sql);
  await forgetIdempotencyKeys(sql);
  await forgetDays(sql);
  await closeDay(sql, day, counts);
  log.info('what is no longer needed was removed', { day, rows: counts });
  return counts;
}

async function prune(sql: Sql, what: Pruned, keepDays: number): Promise<number> {
  let gone = 0;
  for (let after: number | null = 0; after !== null;) {
    const page = await prunePage(sql, what, keepDays, after, pageRows);
    gone += page.gone;
    after = page.next;
  }
  return gone;
}

async function all(some: () => Promise<number>): Promise<number> {
  let sum = 0;
  for (let gone = await some(); gone > 0; gone = await some()) sum += gone;
  return sum;
}
