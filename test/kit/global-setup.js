// One PostgreSQL for the whole test run, and a migrated template that every test file copies. Uses the built
// program (jest does not map our imports here): `npm run build` comes first, `npm test` does it by itself.
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
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
  process.env.PIM2SHOP_TEST_TEMPLATE = template;
};

async function startOwn() {
  const folder = mkdtempSync(join(tmpdir(), 'pim2shop-test-'));
  const server = await joinEmbeddedServer(folder, silent);
  globalThis.pim2shopTestServer = { server, folder };
  const url = new URL(server.url);
  url.pathname = '/postgres';
  return url.toString();
}
