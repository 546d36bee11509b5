import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { Database } from '../../src/database/database.js';

export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  drop(): Promise<void>;
}

/**
 * A database of its own for one test file, copied from the migrated template. Where a test of the file
 * failed it is kept as evidence, and its address printed.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env.PIM2SHOP_TEST_SERVER;
  const template = process.env.PIM2SHOP_TEST_TEMPLATE;
  if (!server || !template) throw new Error('the test server was not started: run these tests with jest and its global set-up');
  const name = `pim2shop_test_${Date.now().toString(36)}_${randomBytes(4).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = await Database.open({ url: url.toString() });
  const drop = async (): Promise<void> => {
    await database.close();
    if ((globalThis as { pim2shopTestFailed?: boolean }).pim2shopTestFailed) console.info(`kept as evidence: ${url.toString()}`);
    else await onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  return { url: url.toString(), database, drop };
}

/** Runs one statement on the server's maintenance database. */
export async function onServer(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
