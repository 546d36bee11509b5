import type { Sql } from '../database/sql.js';
import { debugSwitches } from '../logging/debug-switches.js';
import { listDebugSwitches } from '../queue/sql/debug-switches.js';

/** Tells the log of this process what is to be told in detail. A database that does not answer switches everything off: nobody could. */
export async function lookAtDebug(sql: Sql): Promise<void> {
  const switches = await listDebugSwitches(sql).catch(() => []);
  debugSwitches.set(switches.map(({ pipeline, entity }) => ({ pipeline, entry: entity })));
}

/** Looks again and again, without keeping the process; answers how to stop. */
export async function watchDebug(sql: Sql, everyMs = 5_000): Promise<() => void> {
  await lookAtDebug(sql);
  const timer = setInterval(() => void lookAtDebug(sql), everyMs).unref();
  return () => clearInterval(timer);
}
