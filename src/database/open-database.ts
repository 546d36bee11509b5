import { join } from 'node:path';
import { Client } from 'pg';
import type { Log } from '../logging/log.js';
import { Database } from './database.js';
import { joinEmbeddedServer } from './embedded/server.js';
import { applyMigrations } from './migrations.js';

export interface OpenDatabaseOptions {
  /** A PostgreSQL of the operator's; where there is none, a private one is started below `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly log: Log;
}

export interface OpenDatabase {
  readonly database: Database;
  readonly embedded: boolean;
  close(): Promise<void>;
}

/** The door to the database: found or started, migrated, connected. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase> {
  if (options.databaseUrl) {
    await refuseOldServer(options.databaseUrl);
    await applyMigrations(options.databaseUrl, options.log);
    const database = await Database.open({ url: options.databaseUrl });
    return { database, embedded: false, close: () => database.close() };
  }
  const server = await joinEmbeddedServer(join(options.dataDir, 'postgres'), options.log);
  try {
    await ensureDatabase(server.url);
    await applyMigrations(server.url, options.log);
    const database = await Database.open({ url: server.url });
    const close = async (): Promise<void> => {
      await database.close();
      await server.leave();
    };
    return { database, embedded: true, close };
  } catch (error) {
    await server.leave();
    throw error;
  }
}

async function refuseOldServer(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new Error(`DATABASE_URL does not lead to a PostgreSQL that answers: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  try {
    const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
    const version = Number(rows[0]?.server_version_num ?? 0);
    if (version < 150_000) throw new Error(`DATABASE_URL leads to PostgreSQL ${Math.floor(version / 10_000)}; 15 or newer is needed`);
  } finally {
    await client.end();
  }
}

/** Creates the database a URL names, if the server does not have it yet. */
export async function ensureDatabase(url: string): Promise<void> {
  const target = new URL(url);
  const name = decodeURIComponent(target.pathname.slice(1));
  target.pathname = '/postgres';
  const client = new Client({ connectionString: target.toString() });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`CREATE DATABASE "${name.replaceAll('"', '""')}"`);
  } catch (error) {
    const code = (error as { code?: string }).code;
    // 42P04: it is there. 23505: another of our processes creates it at this very moment.
    if (code !== '42P04' && code !== '23505') throw error;
  } finally {
    await client.end();
  }
}
