import type { Sql } from '../../database/sql.js';
import { pausedConnections } from './pauses.js';

/**
 * Tells a reader whether a person has paused the connection it reads from. Asked before every page, it looks at the
 * database at most every two seconds.
 */
export function pauseWatch(sql: Sql, connection: string, everyMs = 2_000): () => Promise<boolean> {
  let looked = -Infinity;
  let paused = false;
  return async () => {
    if (performance.now() - looked < everyMs) return paused;
    paused = (await pausedConnections(sql, [connection])).length > 0;
    looked = performance.now();
    return paused;
  };
}
