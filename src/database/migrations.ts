import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import type { Log } from '../logging/log.js';

/** The advisory lock `prisma migrate deploy` takes as well. */
const migrationLock = 72_707_369;

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/**
 * Brings the database to this version, one transaction a migration, and writes the rows Prisma's own
 * tool would write, so that both agree. Refuses a database that is newer than this program, and one
 * whose migrations were other ones. Runs on a connection of its own: the lock belongs to the session.
 */
export async function applyMigrations(url: string, log: Log): Promise<void> {
  const migrations = readMigrations();
  const client = new Client({ connectionString: url, application_name: 'pim2shop migration' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await client.query(`CREATE TABLE IF NOT EXISTS _prisma_migrations (
      id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
      logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`);
    const known = await readApplied(client);
    const refused = foreign(migrations, known);
    if (refused !== null) throw new Error(refused);
    for (const migration of migrations) {
      if (known.has(migration.name)) continue;
      await apply(client, migration);
      log.info('migration applied', { migration: migration.name });
    }
  } finally {
    await client.end();
  }
}

/** How a database stands to this version. */
export interface MigrationState {
  readonly applied: number;
  /** Applied at the next start. */
  readonly pending: readonly string[];
  /** Why it is refused at a start; null where it is not. */
  readonly refused: string | null;
}

/** Looks, and changes nothing. */
export async function readMigrationState(client: Client): Promise<MigrationState> {
  const migrations = readMigrations();
  const { rows } = await client.query<{ there: boolean }>(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS there`);
  const known = rows[0]?.there ? await readApplied(client) : new Map<string, string>();
  return {
    applied: known.size,
    pending: migrations.map(({ name }) => name).filter((name) => !known.has(name)),
    refused: foreign(migrations, known),
  };
}

async function readApplied(client: Client): Promise<Map<string, string>> {
  const applied = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  return new Map(applied.rows.map((row) => [row.migration_name, row.checksum]));
}

/** Why a database is none for this version; null where it is one. */
function foreign(migrations: readonly Migration[], known: ReadonlyMap<string, string>): string | null {
  const ours = new Map(migrations.map((migration) => [migration.name, migration.checksum]));
  for (const [name, checksum] of known) {
    const expected = ours.get(name);
    if (expected === undefined)
      return `The database has the migration ${name}, which this version does not know: it is newer than the program. Upgrade the program.`;
    if (expected !== checksum) return `The migration ${name} was applied with other content than this version has. Restore its file.`;
  }
  return null;
}

async function apply(client: Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), clock_timestamp(), 1)',
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`The migration ${migration.name} failed and was undone: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function readMigrations(): Migration[] {
  const folder = migrationsFolder();
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(folder, name, 'migration.sql'));
      return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') };
    });
}

/** The same folder, seen from src and from dist/src. */
function migrationsFolder(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'prisma', 'migrations');
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) throw new Error('prisma/migrations is missing: the installation is incomplete');
  }
}
