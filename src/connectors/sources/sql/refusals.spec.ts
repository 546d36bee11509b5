import { createServer } from 'node:net';
import { onEachServer, openEntity, type OpenEntity } from '../../../../test/kit/sql-source/index.js';
import { BadAnswer, Misconfigured, Unauthorized, Unavailable, type JsonValue } from '../../contract/index.js';
import { sqlConfig } from './config.js';
import { sql } from './index.js';
import { openServer } from './open-server.js';

const { signal } = new AbortController();
const secret = 'canary-of-a-secret';

onEachServer('what is refused', (scratch, family) => {
  const opened: OpenEntity[] = [];
  const open = (entity: object = { table: 'item', key: 'id' }, settings: object = {}, url = scratch().url): OpenEntity => {
    const one = openEntity({ url }, entity, settings);
    opened.push(one);
    return one;
  };
  const failure = async (promise: Promise<unknown>): Promise<Error> =>
    promise.then(
      (value) => Promise.reject(new Error(`it was not refused: ${JSON.stringify(value)}`)),
      (error: unknown) => error as Error,
    );
  beforeEach(() => scratch().run('CREATE TABLE item (id int PRIMARY KEY, title varchar(20))', `INSERT INTO item VALUES (1, 'first')`));
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.source.close();
    await scratch().run('DROP TABLE item');
  });

  it('is every way of writing through what reads', async () => {
    const config = sqlConfig.parse({ url: scratch().url, entities: {} });
    const server = openServer(config, scratch().url, 'read', 'erp');
    for (const statement of [`UPDATE item SET title = 'written'`, 'DELETE FROM item', `INSERT INTO item VALUES (2, 'written')`])
      expect(await failure(server.run(signal, ({ query }) => query(statement)))).toBeInstanceOf(Misconfigured);
    expect(await failure(server.run(signal, ({ query }) => query(`SELECT 1; DELETE FROM item`)))).toBeInstanceOf(Misconfigured);
    await server.close();
    for (const query of [
      `DELETE FROM item RETURNING id`,
      `SELECT 1 AS id) AS e; DELETE FROM item; --`,
      'SELECT 1 AS id) AS e WHERE 1 = 1; COMMIT; DELETE FROM item --',
    ])
      expect(await failure(open({ query, key: 'id' }).keys())).toBeInstanceOf(Misconfigured);
    if (family === 'postgres') {
      await scratch().run(`CREATE FUNCTION sly() RETURNS int LANGUAGE sql AS $$ DELETE FROM item RETURNING 1 $$`);
      expect(await failure(open({ query: 'SELECT sly() AS id', key: 'id' }).keys())).toBeInstanceOf(Misconfigured);
    }
    expect(await scratch().run('SELECT * FROM item')).toEqual([{ id: 1, title: 'first' }]);
  });

  it('is a wrong password, which no message shows', async () => {
    await scratch().run(
      family === 'postgres'
        ? `CREATE ROLE "${scratch().name}" LOGIN PASSWORD 'right'`
        : `CREATE USER '${scratch().name}'@'%' IDENTIFIED BY 'right'`,
    );
    const url = new URL(scratch().url);
    url.username = scratch().name;
    url.password = secret;
    const on = open(undefined, {}, url.toString());
    const found = await on.source.check(signal);
    // A server that trusts everybody on this machine asks for no password: then it is the table that is refused.
    expect(found).toMatchObject({ ok: false });
    expect(JSON.stringify(found)).not.toContain(secret);
    const error = await failure(on.keys());
    expect(family === 'mariadb' || /password/.test(error.message) ? error : new Unauthorized('')).toBeInstanceOf(Unauthorized);
    expect(error.message).not.toContain(secret);
    await scratch().run(family === 'postgres' ? `DROP ROLE "${scratch().name}"` : `DROP USER '${scratch().name}'@'%'`);
  });

  it('is a table or a column that is not there, with those that are', async () => {
    expect(await failure(open({ table: 'itme', key: 'id' }).keys())).toBeInstanceOf(Misconfigured);
    const error = await failure(open({ table: 'item', key: 'sku' }).keys());
    expect([error instanceof Misconfigured, error.message]).toEqual([true, 'item: there is no column sku, only id, title']);
    expect((await failure(open({ table: 'item', key: 'id', version: 'title' }).changes(null))).message).toBe(
      'item: column title does not hold a number',
    );
    expect(
      await failure(
        open().source.keys('other', null, {
          needs: { attributes: null, fields: [], locales: null, channels: null },
          signal,
          withRecords: false,
        }),
      ),
    ).toBeInstanceOf(Misconfigured);
  });

  it('is a feed of which nothing tells changes, and a cursor of somebody else', async () => {
    expect(await failure(open().changes(null))).toBeInstanceOf(Misconfigured);
    const on = open({ query: 'SELECT id, title, 1 AS version FROM item', key: 'id', version: 'version' });
    const cursors: readonly JsonValue[] = [
      'x',
      7,
      [],
      {},
      { strategy: 'version', position: 1 },
      { strategy: 'version', position: null, passed: 1 },
    ];
    for (const cursor of cursors) expect(await failure(on.changes(cursor))).toBeInstanceOf(BadAnswer);
  });

  it('passes: a server that is away, one that says nothing, one that drops the line', async () => {
    const silent = createServer((socket) => void socket.resume().on('error', () => undefined));
    const rude = createServer((socket) => void socket.destroy());
    const ports = await Promise.all(
      [silent, rude].map(
        (server) =>
          new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))),
      ),
    );
    const at = (port: number | undefined): string => `${family}://somebody:${secret}@127.0.0.1:${port}/x`;
    for (const port of [1, ports[1]]) {
      const error = await failure(open(undefined, {}, at(port)).keys());
      expect([error instanceof Unavailable, error.message.includes(secret)]).toEqual([true, false]);
    }
    const controller = new AbortController();
    const call = failure(
      open(undefined, {}, at(ports[0])).source.fetch('item', ['1'], {
        needs: { attributes: null, fields: [], locales: null, channels: null },
        signal: controller.signal,
      }),
    );
    await new Promise((resolve) => silent.once('connection', resolve));
    controller.abort();
    expect(await call).toBeInstanceOf(Unavailable);
    await Promise.all([silent, rude].map((server) => new Promise((resolve) => server.close(resolve))));
  }, 60_000);

  it('passes: a statement that takes too long, and one that was told to stop; the next is answered', async () => {
    const sleep = family === 'postgres' ? 'pg_sleep(4)::text' : 'SLEEP(4)';
    const slow = { query: `SELECT id, title, ${sleep} AS slept FROM item`, key: 'id' };
    const on = open(slow, { statementTimeout: 0.5 });
    expect(await failure(on.fetch(['1'], ['slept']))).toBeInstanceOf(Unavailable);
    // Of a key without a row nothing is slow.
    expect((await on.fetch(['2'], ['title'])).absent).toEqual(['2']);
    const patient = open(slow);
    await patient.fetch(['2'], ['title']);
    const controller = new AbortController();
    const call = failure(
      patient.source.fetch('item', ['1'], {
        needs: { attributes: null, fields: ['slept'], locales: null, channels: null },
        signal: controller.signal,
      }),
    );
    const busy =
      family === 'postgres'
        ? `SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE 'SELECT%pg_sleep(4)%' AND wait_event = 'PgSleep'`
        : `SELECT count(*) AS n FROM information_schema.processlist WHERE state = 'User sleep'`;
    while (Number((await scratch().run(busy))[0]?.n) === 0) await new Promise((resolve) => setImmediate(resolve));
    const began = performance.now();
    controller.abort();
    expect(await call).toBeInstanceOf(Unavailable);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect((await patient.fetch(['2'], ['title'])).absent).toEqual(['2']);
    expect(
      await failure(
        patient.source.fetch('item', ['1'], {
          needs: { attributes: null, fields: [], locales: null, channels: null },
          signal: AbortSignal.abort(),
        }),
      ),
    ).toBeInstanceOf(Unavailable);
  });
});

describe('a configuration', () => {
  const base = { url: 'postgres://user:pw@127.0.0.1:5432/erp', entities: {} };
  const mistakes = (config: object): string[] => {
    const read = sqlConfig.safeParse(config);
    return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  };

  it('names either a table or a query, and what it can do with it', () => {
    const entities = (one: object) => ({ ...base, entities: { item: { key: 'id', ...one } } });
    expect(mistakes(entities({ table: 'erp.item' }))).toEqual([]);
    expect(mistakes(entities({}))).toEqual(['entities.item: needs either a table or a query']);
    expect(mistakes(entities({ table: 'a', query: 'SELECT 1' }))).toEqual(['entities.item: needs either a table or a query']);
    expect(mistakes(entities({ query: 'SELECT 1', flag: { column: 'c' } }))).toEqual([
      'entities.item: flag needs a table: a query has no mark to take off',
    ]);
    expect(mistakes(entities({ table: 'a', modified: 'm', modifiedZone: 'Berlin' }))).toEqual([expect.stringContaining('is no time zone')]);
  });

  it('shows no secret where the address is wrong', () => {
    for (const url of [
      `http://user:${secret}@h/db`,
      `postgres://user:${secret}@h/db?sslmode=no`,
      `postgres://user:${secret}@h`,
      `mysql://h/db`,
    ])
      expect([
        mistakes({ ...base, url }).length,
        mistakes({ ...base, url })
          .join()
          .includes(secret),
      ]).toEqual([1, false]);
  });

  it('offers the strategies its columns allow, the best first', () => {
    const item = { table: 'a', key: 'id', modified: 'm', version: 'v', flag: { column: 'f' }, changes: { table: 'c' } };
    const config = sqlConfig.parse({ ...base, entities: { item, plain: { table: 'b', key: 'id' } } });
    expect(sql.strategies?.(config, 'item')).toEqual(['changes', 'version', 'timestamp', 'flag']);
    expect(sql.strategies?.(config, 'plain')).toEqual([]);
    expect(sql.entitiesOf?.(config)).toEqual(['item', 'plain']);
  });
});
