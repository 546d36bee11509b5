import { onEachServer, openEntity, type OpenEntity } from '../../../../test/kit/sql-source/index.js';
import { sqlConfig } from './config.js';
import { describeEntity } from './describe-entity.js';
import { fetchKeys } from './fetch-keys.js';
import { openServer } from './open-server.js';
import type { Session } from './server.js';

const { signal } = new AbortController();

onEachServer('rows', (scratch, family) => {
  const opened: OpenEntity[] = [];
  const open = (entity: object, settings: object = {}): OpenEntity => {
    const one = openEntity(scratch(), entity, settings);
    opened.push(one);
    return one;
  };
  const [text, boolean] = family === 'postgres' ? ['text', 'boolean'] : ['varchar(100)', 'boolean'];
  beforeEach(() =>
    scratch().run(
      `CREATE TABLE item (id int PRIMARY KEY, title ${text}, price numeric(10,2), status ${text}, deleted_at timestamp NULL, gone ${boolean})`,
      `CREATE TABLE part (item int, name ${text}, place int)`,
      `INSERT INTO item (id, title, price, status) VALUES (1, 'one', 1.50, 'on'), (2, 'two', 2, 'draft'), (3, 'three', NULL, 'odd'), (4, 'four', 4, NULL)`,
      `INSERT INTO part VALUES (1, 'z', 1), (1, 'a', 2), (2, 'only', 1), (99, 'nobody', 1)`,
    ),
  );
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.source.close();
    await scratch().run('DROP TABLE item', 'DROP TABLE part');
  });

  const parts = { table: 'part', key: 'item', order: ['place'], fields: ['name', 'place'] };

  it('carry the rows that hang on them, in their order, or a list of one column', async () => {
    const one = await open({ table: 'item', key: 'id', related: { parts } }).fetch(['1', '2', '3'], ['title', 'parts']);
    expect(one.records.map(({ fields }) => fields)).toEqual([
      {
        title: 'one',
        parts: [
          { name: 'z', place: 1 },
          { name: 'a', place: 2 },
        ],
      },
      { title: 'two', parts: [{ name: 'only', place: 1 }] },
      { title: 'three', parts: [] },
    ]);
    const names = { ...parts, fields: undefined, value: 'name' };
    const other = await open({ table: 'item', key: 'id', related: { parts: names } }).fetch(['1'], ['parts']);
    expect(other.records[0]?.fields).toEqual({ parts: ['z', 'a'] });
  });

  it('of a batch are one statement, and one more for each related table that is mapped', async () => {
    const related = { parts, more: { query: 'SELECT item, name FROM part', key: 'item' } };
    const config = sqlConfig.parse({ url: scratch().url, entities: { item: { table: 'item', key: 'id', related } } });
    const server = openServer(config, scratch().url, 'read', 'erp');
    const counted = (session: Session, statements: string[]): Session => ({
      query: (statement, values) => {
        statements.push(statement);
        return session.query(statement, values);
      },
    });
    const statements: string[][] = [[], []];
    await server.run(signal, async (session) => {
      const entity = await describeEntity(session, server.dialect, 'item', config.entities.item ?? { key: 'id' });
      const needs = (fields: string[]) => ({ needs: { attributes: null, fields, locales: null, channels: null }, signal });
      const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
      const clock = server.dialect.clock;
      const all = await fetchKeys(
        entity,
        counted(session, statements[0] ?? []),
        clock,
        ['1', '2', '3', '4'],
        needs(['title', 'parts', 'more']),
        log,
      );
      expect(all.records).toHaveLength(4);
      await fetchKeys(entity, counted(session, statements[1] ?? []), clock, ['1', '2', '3', '4'], needs(['title']), log);
    });
    expect(statements.map((list) => list.length)).toEqual([3, 1]);
    // Only what is mapped crosses the line.
    expect(statements[1]?.[0]).not.toContain('price');
    await server.close();
  });

  it('that are marked deleted do not exist, or lie in the bin', async () => {
    const mark = family === 'postgres' ? 'now()' : 'NOW()';
    await scratch().run(`UPDATE item SET deleted_at = ${mark}, gone = true WHERE id = 2`);
    for (const column of ['deleted_at', 'gone']) {
      const on = open({ table: 'item', key: 'id', deleted: { column } });
      expect(await on.fetch(['1', '2'])).toMatchObject({ records: [{ key: '1' }], absent: ['2'] });
      expect((await on.keys()).keys.map(({ key }) => key)).toEqual(['1', '3', '4']);
    }
    const recycled = await open({ table: 'item', key: 'id', deleted: { column: 'gone', means: 'recycled' } }).fetch(['1', '2']);
    expect([recycled.absent, recycled.records.map(({ key, state }) => [key, state])]).toEqual([
      [],
      [
        ['1', undefined],
        ['2', 'recycled'],
      ],
    ]);
  });

  it('are in the state that a column tells', async () => {
    const state = { column: 'status', values: { draft: 'unpublished', odd: 'disabled' }, otherwise: 'live' };
    const { records } = await open({ table: 'item', key: 'id', state }).fetch(['1', '2', '3', '4']);
    expect(records.map(({ state: shown }) => shown)).toEqual(['live', 'unpublished', 'disabled', 'live']);
  });

  it('of a query are what it answers: what its condition leaves out does not exist', async () => {
    const query = `SELECT id, upper(title) AS title, price * 2 AS price FROM item WHERE price IS NOT NULL -- and no more`;
    const on = open({ query, key: 'id' });
    expect(await on.fetch(['1', '3'])).toMatchObject({ records: [{ key: '1', fields: { title: 'ONE', price: '3.00' } }], absent: ['3'] });
    expect((await on.keys()).keys.map(({ key }) => key)).toEqual(['1', '2', '4']);
  });

  it('are found by a number spelled as the database spells it', async () => {
    const { records, absent } = await open({ table: 'item', key: 'id' }).fetch([
      '1',
      '01',
      ' 2',
      '2.0',
      '1e0',
      '99999999999999999999',
      '-3',
      'x',
    ]);
    expect(records.map(({ key }) => key)).toEqual(['1']);
    expect([...absent].sort()).toEqual(['01', ' 2', '2.0', '1e0', '99999999999999999999', '-3', 'x'].sort());
  });

  it('with a large number as their key are told apart', async () => {
    await scratch().run(
      'CREATE TABLE large (id bigint PRIMARY KEY, title int)',
      'INSERT INTO large VALUES (9007199254740992, 1), (9007199254740993, 2)',
    );
    const on = open({ table: 'large', key: 'id' }, { pageSize: 2 });
    const { records } = await on.fetch(['9007199254740993']);
    expect(records.map(({ key, fields }) => [key, fields.title])).toEqual([['9007199254740993', 2]]);
    expect((await on.keys()).keys.map(({ key }) => key)).toEqual(['9007199254740992', '9007199254740993']);
    await scratch().run('DROP TABLE large');
  });

  it('that share a key are left out and told of; their neighbours are not', async () => {
    const on = open({ query: `SELECT id, title FROM item UNION ALL SELECT id, 'again' FROM item WHERE id = 2`, key: 'id' });
    expect(await on.fetch(['1', '2'])).toMatchObject({ records: [{ key: '1' }], absent: [] });
    expect(on.warnings).toEqual([[expect.stringContaining('same key'), { entity: 'item', keys: ['2'] }]]);
  });

  it('show a column that was added while they are read', async () => {
    const on = open({ table: 'item', key: 'id' });
    await on.fetch(['1'], ['title']);
    await scratch().run('ALTER TABLE item RENAME COLUMN title TO heading');
    await expect(on.fetch(['1'], ['title'])).rejects.toThrow();
    expect((await on.fetch(['1'], ['heading'])).records[0]?.fields).toEqual({ heading: 'one' });
  });
});
