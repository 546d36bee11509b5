import { Client } from 'pg';
import { Database } from '../../src/database/database.js';
import { applyMigrations } from '../../src/database/migrations.js';
import { ensureDatabase } from '../../src/database/open-database.js';
import { silentLog } from '../../src/logging/log.js';

/** A database of a server that somebody else runs, as several machines would share one. */
export interface RealDatabase {
  readonly url: string;
  readonly database: Database;
  /** Takes it away again. */
  drop(): Promise<void>;
}

/** An empty, migrated database on the server DATABASE_URL leads to, or else on the one on the standard loopback port. */
export async function realDatabase(name: string): Promise<RealDatabase> {
  const server = await findServer();
  const url = new URL(server);
  url.pathname = `/pim2shop_bench_${name}_${process.pid}`;
  await ensureDatabase(url.toString());
  await applyMigrations(url.toString(), silentLog);
  const database = await Database.open({ url: url.toString() });
  return {
    url: url.toString(),
    database,
    async drop() {
      await database.close();
      await withClient(server, (client) => client.query(`DROP DATABASE "${url.pathname.slice(1)}" WITH (FORCE)`));
    },
  };
}

async function findServer(): Promise<string> {
  const given = process.env.DATABASE_URL;
  const candidates = given ? [given] : ['root', 'postgres'].map((user) => `postgresql://${user}@127.0.0.1:5432/postgres`);
  const problems: string[] = [];
  for (const url of candidates) {
    try {
      await withClient(url, (client) => client.query('SELECT 1'));
      return url;
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(`this bench needs a PostgreSQL that several processes share: set DATABASE_URL (${problems.join('; ')})`);
}

async function withClient(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end();
  }
}
