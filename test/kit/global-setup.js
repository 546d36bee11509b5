// One PostgreSQL for the whole test run, and a migrated template that every test file copies. Uses the built
// program (jest does not map our imports here): `npm run build` comes first, `npm test` does it by itself.
const { connect } = require('node:net');
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { createConnection } = require('mysql2/promise');
const { Client } = require('pg');
const { applyMigrations } = require('../../dist/src/database/migrations.js');
const { joinEmbeddedServer } = require('../../dist/src/database/embedded/server.js');

const silent = { debug() {}, info() {}, warn() {}, error: console.error };

module.exports = async function globalSetup() {
  const url = process.env.PIM2SHOP_TEST_DATABASE ?? (await startOwn());
  const template = `pim2shop_template_${process.pid}`;
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${template} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`);
  await client.end();
  const target = new URL(url);
  target.pathname = `/${template}`;
  await applyMigrations(target.toString(), silent);
  process.env.PIM2SHOP_TEST_SERVER = url;
  process.env.PIM2SHOP_TEST_RABBITMQ ??= await findRabbit();
  await findMariadb();
  process.env.PIM2SHOP_TEST_TEMPLATE = template;
};

/** The RabbitMQ on the standard loopback port, with the account every new one has for callers from the same machine; empty where none answers. */
async function findRabbit() {
  const answers = await new Promise((resolve) => {
    const socket = connect(5672, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
  if (answers) return 'amqp://guest:guest@127.0.0.1:5672';
  if (process.env.CI) throw new Error('CI needs a RabbitMQ on 127.0.0.1:5672, and none answers.');
  return '';
}

/** A MariaDB to test the source `sql` against: PIM2SHOP_TEST_MARIADB, or one on the standard loopback port. */
async function findMariadb() {
  const url = process.env.PIM2SHOP_TEST_MARIADB ?? 'mariadb://root@127.0.0.1:3306';
  const { hostname: host, port, username: user, password } = new URL(url);
  try {
    const connection = await createConnection({ host, port: Number(port || 3306), user, password, connectTimeout: 2_000 });
    await connection.end();
    process.env.PIM2SHOP_TEST_MARIADB = url;
  } catch (error) {
    if (process.env.CI) throw new Error(`CI needs a MariaDB, and none answers: ${error.message}`, { cause: error });
    delete process.env.PIM2SHOP_TEST_MARIADB;
    console.error('skipped: the tests on a MariaDB. Start one on 127.0.0.1:3306, or set PIM2SHOP_TEST_MARIADB, to have them.');
  }
}

async function startOwn() {
  const folder = mkdtempSync(join(tmpdir(), 'pim2shop-test-'));
  const server = await joinEmbeddedServer(folder, silent);
  globalThis.pim2shopTestServer = { server, folder };
  const url = new URL(server.url);
  url.pathname = '/postgres';
  return url.toString();
}
