import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../src/database/database.js';
import { joinEmbeddedServer } from '../../src/database/embedded/server.js';
import { applyMigrations } from '../../src/database/migrations.js';
import { ensureDatabase } from '../../src/database/open-database.js';
import { silentLog } from '../../src/logging/log.js';

export interface PrivateServer {
  /** An empty, migrated database. */
  fresh(): Promise<Database>;
  stop(): Promise<void>;
}

/** A PostgreSQL of this run's own, the one the program starts by default; gone with the run. */
export async function startPrivateServer(): Promise<PrivateServer> {
  const folder = await mkdtemp(join(tmpdir(), 'pim2shop-'));
  // In the folder itself: below one that only root may enter it would be kept elsewhere, and stay there.
  const server = await joinEmbeddedServer(folder, silentLog);
  let made = 0;
  return {
    async fresh() {
      const url = new URL(server.url);
      url.pathname = `/run_${(made += 1)}`;
      await ensureDatabase(url.toString());
      await applyMigrations(url.toString(), silentLog);
      return Database.open({ url: url.toString() });
    },
    async stop() {
      await server.leave();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
