import { setTimeout } from 'node:timers/promises';
import type { SqlServer } from '../server.js';
import { untilAborted } from '../until-aborted.js';

/** How long a new feed waits for those who are writing, and how often it looks. */
const patienceMs = 5_000;
const lookMs = 50;

/** Those of the writers under way now who still are when patience ends; null where nobody can tell. */
export async function outlast(server: SqlServer, signal: AbortSignal): Promise<readonly string[] | null> {
  const until = performance.now() + patienceMs;
  let left = await server.writers(signal);
  while (left !== null && left.length > 0 && performance.now() < until) {
    await untilAborted(signal, setTimeout(lookMs), () => undefined);
    const there: readonly string[] | null = await server.writers(signal);
    left = there === null ? null : left.filter((one) => there.includes(one));
  }
  return left;
}
