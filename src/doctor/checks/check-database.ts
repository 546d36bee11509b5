import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { hasAdminKey } from '../../access/sql/keys.js';
import type { Settings } from '../../config/settings.js';
import { findBinaries } from '../../database/embedded/binaries.js';
import { joinEmbeddedServer } from '../../database/embedded/server.js';
import { readMigrationState } from '../../database/migrations.js';
import { silentLog } from '../../logging/log.js';
import { failure, ok, warning, type Finding } from '../finding.js';

/** Leases are judged by the database's clock, lines of the log by ours: beyond this nobody can read the two together. */
const clockToleranceMs = 30_000;

/** The database as it is: nothing is made, migrated or changed. */
export async function checkDatabase(settings: Settings): Promise<Finding[]> {
  if (settings.databaseUrl !== undefined) return look(settings.databaseUrl, 'DATABASE_URL', settings);
  const folder = join(resolve(settings.dataDir), 'postgres');
  try {
    findBinaries();
    if (!existsSync(folder)) return [ok('database', `there is none yet: a private PostgreSQL will be made in ${folder}`)];
    const server = await joinEmbeddedServer(join(settings.dataDir, 'postgres'), silentLog);
    try {
      return await look(server.url, 'the private PostgreSQL', settings);
    } finally {
      await server.leave();
    }
  } catch (error) {
    return [failure('database', textOf(error), 'Do as it says, or set DATABASE_URL to a PostgreSQL 15 or newer.')];
  }
}

async function look(url: string, name: string, settings: Settings): Promise<Finding[]> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 15_000,
    query_timeout: 15_000,
    application_name: 'pim2shop doctor',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    // 3D000: the server is there, and the database of that name is made at the first start.
    if (settings.databaseUrl === undefined && (error as { code?: string }).code === '3D000')
      return [ok('database', `${name} is there, and empty`)];
    const advice = `Is the address right, is the server up, and does it let this machine and user in?`;
    return [failure('database', `${name} does not answer: ${textOf(error)}`, advice)];
  }
  try {
    await client.query('SET statement_timeout = 15000; SET default_transaction_read_only = on');
    return [...(await server(client, name)), ...(await migrations(client)), ...(await firstKey(client, settings))];
  } catch (error) {
    return [failure('database', `${name} does not answer as it must: ${textOf(error)}`, 'Look at its log.')];
  } finally {
    await client.end();
  }
}

async function server(client: Client, name: string): Promise<Finding[]> {
  const began = Date.now();
  const { rows } = await client.query<{ version: number; now: number; replica: boolean }>(
    `SELECT current_setting('server_version_num')::int AS version, extract(epoch FROM clock_timestamp())::float8 * 1000 AS now,
            pg_is_in_recovery() AS replica`,
  );
  const [{ version, now, replica }] = rows as [{ version: number; now: number; replica: boolean }];
  const aheadMs = now - (began + Date.now()) / 2;
  const major = Math.floor(version / 10_000);
  return [
    major < 15
      ? failure('database', `${name} is PostgreSQL ${major}`, 'PostgreSQL 15 or newer is needed: upgrade it, or name another one.')
      : ok('database', `${name} is PostgreSQL ${major}.${version % 10_000}, and answers`),
    ...(replica ? [failure('database', `${name} is a replica, which nobody can write to`, 'Name the primary.')] : []),
    Math.abs(aheadMs) > clockToleranceMs
      ? warning(
          'database clock',
          `it is ${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} ours`,
          'Let both machines take their time from the same server (NTP).',
        )
      : ok('database clock', 'it goes with ours'),
  ];
}

async function migrations(client: Client): Promise<Finding[]> {
  const { applied, pending, refused } = await readMigrationState(client);
  if (refused !== null) return [failure('migrations', refused, 'Start the version that this database belongs to.')];
  if (pending.length === 0) return [ok('migrations', `all ${applied} are applied`)];
  const { rows } = await client.query<{ may: boolean }>(`SELECT has_schema_privilege(current_schema(), 'CREATE') AS may`);
  if (rows[0]?.may !== true) {
    const says = `${pending.length} are to be applied, and this user may make no tables`;
    return [failure('migrations', says, 'GRANT CREATE, USAGE ON its schema to the user of DATABASE_URL.')];
  }
  return applied === 0
    ? [ok('migrations', 'the database is empty: its tables are made at the first start')]
    : [
        warning(
          'migrations',
          `${pending.length} are to be applied: ${pending.join(', ')}`,
          'The next start does it. Back up the database first.',
        ),
      ];
}

async function firstKey(client: Client, { adminKey }: Settings): Promise<Finding[]> {
  if (adminKey !== undefined) return [ok('keys', 'PIM2SHOP_ADMIN_KEY opens the API')];
  const { rows } = await client.query<{ there: boolean }>(`SELECT to_regclass('api_key') IS NOT NULL AS there`);
  const sql = { query: async <Row extends object>(text: string): Promise<Row[]> => (await client.query<Row>(text)).rows };
  if (rows[0]?.there === true && (await hasAdminKey(sql))) return [ok('keys', 'somebody has an admin key of the API')];
  return [
    warning(
      'keys',
      'nobody has an admin key of the API',
      'The first start of the service makes one; or `pim2shop keys create NAME --role admin`.',
    ),
  ];
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message || String((error as { code?: unknown }).code ?? error.name) : String(error);
}
