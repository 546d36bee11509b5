import { onServer, createTestDatabase, type TestDatabase } from '../../test/kit/database.js';
import { silentLog } from '../logging/log.js';
import { Database } from './database.js';
import { applyMigrations } from './migrations.js';

let test: TestDatabase;

beforeEach(async () => {
  test = await createTestDatabase();
});

afterEach(() => test.drop());

describe('migrations', () => {
  it('applied again change nothing', async () => {
    const before = await test.database.query('SELECT * FROM _prisma_migrations');
    await applyMigrations(test.url, silentLog);
    expect(await test.database.query('SELECT * FROM _prisma_migrations')).toEqual(before);
  });

  it('of two processes that start at once are applied once', async () => {
    const expected = (await test.database.query('SELECT 1 FROM _prisma_migrations')).length;
    await test.database.query('DROP SCHEMA public CASCADE');
    await test.database.query('CREATE SCHEMA public');
    await Promise.all([applyMigrations(test.url, silentLog), applyMigrations(test.url, silentLog)]);
    expect(await test.database.query('SELECT count(*) AS rows, count(DISTINCT migration_name) AS names FROM _prisma_migrations')).toEqual([
      { rows: expected, names: expected },
    ]);
  });

  it('of a newer program are not run over', async () => {
    await test.database.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ('x', 'y', '29990101000000_future', now(), 1)`,
    );
    await expect(applyMigrations(test.url, silentLog)).rejects.toThrow(/29990101000000_future.*newer than the program/);
  });

  it('that were applied with other content are refused by name', async () => {
    await test.database.query(`UPDATE _prisma_migrations SET checksum = 'other'`);
    await expect(applyMigrations(test.url, silentLog)).rejects.toThrow(/_init was applied with other content/);
  });
});

describe('the database', () => {
  it('survives that its connections are ended from outside', async () => {
    const database = await Database.open({ url: test.url, poolSize: 2 });
    try {
      await Promise.all([database.query('SELECT 1'), database.query('SELECT 2')]);
      const server = process.env.PIM2SHOP_TEST_SERVER ?? '';
      const name = new URL(test.url).pathname.slice(1);
      await onServer(
        server,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`,
      );
      await expect(database.query('SELECT 1 AS one').catch(() => database.query('SELECT 1 AS one'))).resolves.toEqual([{ one: 1 }]);
    } finally {
      await database.close();
    }
  });

  it('runs a statement again that lost a deadlock', async () => {
    const sql = test.database;
    await sql.query('CREATE TABLE pair (id int PRIMARY KEY, n int NOT NULL)');
    await sql.query('INSERT INTO pair VALUES (1, 0), (2, 0)');
    await sql.query(`CREATE FUNCTION raise_both(first int, second int) RETURNS int LANGUAGE plpgsql AS $$
      BEGIN UPDATE pair SET n = n + 1 WHERE id = first; PERFORM pg_sleep(0.2); UPDATE pair SET n = n + 1 WHERE id = second; RETURN 1; END $$`);
    await Promise.all([sql.query('SELECT raise_both(1, 2)'), sql.query('SELECT raise_both(2, 1)')]);
    expect(await sql.query('SELECT n FROM pair ORDER BY id')).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it('reads counters as numbers', async () => {
    expect(await test.database.query('SELECT 9007199254740991::bigint AS n')).toEqual([{ n: 9007199254740991 }]);
  });
});
