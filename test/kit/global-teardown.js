const { readFileSync, rmSync } = require('node:fs');
const { Client } = require('pg');

module.exports = async function globalTeardown() {
  const client = new Client({ connectionString: process.env.PIM2SHOP_TEST_SERVER });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${process.env.PIM2SHOP_TEST_TEMPLATE} WITH (FORCE)`);
  const { rows } = await client.query("SELECT datname FROM pg_database WHERE datname LIKE 'pim2shop_test_%'");
  await client.end();
  const own = globalThis.pim2shopTestServer;
  if (!own) return;
  // Databases of failed tests are evidence: then the server stays, until the machine or a person ends it.
  if (rows.length > 0 && !process.env.CI) {
    const pid = readFileSync(`${own.folder}/cluster/postmaster.pid`, 'utf8').split('\n')[0];
    console.info(`databases of failed tests are kept in ${own.folder} (server pid ${pid})`);
    return;
  }
  await own.server.leave();
  rmSync(own.folder, { recursive: true, force: true });
};
