import { onEachServer, openEntity, type OpenEntity } from '../../../../test/kit/sql-source/index.js';
import type { JsonValue } from '../../contract/index.js';

const { signal } = new AbortController();

onEachServer('triggers', (scratch, family) => {
  let on: OpenEntity;
  let cursor: JsonValue = null;
  const entity = {
    ...{ table: 'item', key: 'id', changes: { table: 'noted' }, state: { column: 'more', values: { x: 'unpublished' } } },
    related: { parts: { table: 'part', key: 'item', value: 'name' } },
  };
  beforeEach(async () => {
    const text = family === 'postgres' ? 'text' : 'varchar(100)';
    await scratch().run(
      `CREATE TABLE item (id ${text} PRIMARY KEY, title ${text}, price numeric(10,2), more ${text})`,
      `CREATE TABLE part (item ${text}, name ${text})`,
      `INSERT INTO item VALUES ('a', 'one', 1, NULL), ('b', 'two', 2, 'x'), ('c', 'three', 3, 'y')`,
      `INSERT INTO part VALUES ('a', 'bolt')`,
    );
    on = openEntity(scratch(), entity, { pageSize: 100 });
    await on.source.installTriggers(signal);
    ({ cursor } = await on.changes(null));
  });
  afterEach(async () => {
    await on.source.close();
    await scratch().run('DROP TABLE item', 'DROP TABLE part', 'DROP TABLE noted');
  });
  const told = async (): Promise<unknown[]> => {
    const found: unknown[] = [];
    for (let done = false; !done;) {
      const page = await on.changes(cursor);
      found.push(...page.changes.map(({ key, kind, changedFields }) => [key, kind, changedFields]));
      ({ cursor, done } = page);
    }
    return found;
  };

  it('tell what came, what went, and which columns have other values', async () => {
    await scratch().run(`UPDATE item SET title = 'uno', price = 1.5 WHERE id = 'a'`);
    expect(await told()).toEqual([['a', 'updated', ['price', 'title']]]);
    await scratch().run(
      `UPDATE item SET more = NULL WHERE id = 'b'`,
      `INSERT INTO item VALUES ('d', 'four', 4, '')`,
      `DELETE FROM item WHERE id = 'c'`,
    );
    expect(await told()).toEqual([
      ['b', 'updated', ['more', 'state']],
      ['d', 'created', undefined],
      ['c', 'deleted', undefined],
    ]);
  });

  it('tell nothing of an edit that changes nothing, and all of one that changes case or a blank', async () => {
    await scratch().run(
      `UPDATE item SET title = title`,
      `UPDATE item SET title = 'One' WHERE id = 'a'`,
      `UPDATE item SET title = 'two ' WHERE id = 'b'`,
    );
    expect(await told()).toEqual([
      ['a', 'updated', ['title']],
      ['b', 'updated', ['title']],
    ]);
  });

  it('tell a new key as one record that went and one that came', async () => {
    await scratch().run(`UPDATE item SET id = 'z' WHERE id = 'a'`);
    expect(await told()).toEqual([
      ['a', 'deleted', undefined],
      ['z', 'created', undefined],
    ]);
    // Case alone makes another key too.
    await scratch().run(`UPDATE item SET id = 'B' WHERE id = 'b'`);
    expect(await told()).toEqual([
      ['b', 'deleted', undefined],
      ['B', 'created', undefined],
    ]);
  });

  it('tell of several edits of one record once, with all they changed', async () => {
    await scratch().run(`UPDATE item SET title = 'uno' WHERE id = 'a'`, `UPDATE item SET price = 9 WHERE id = 'a'`);
    expect(await told()).toEqual([['a', 'updated', ['price', 'title']]]);
    await scratch().run(`DELETE FROM item WHERE id = 'a'`, `INSERT INTO item VALUES ('a', 'again', 1, NULL)`);
    expect(await told()).toEqual([['a', 'created', undefined]]);
    await scratch().run(`INSERT INTO item VALUES ('e', 'short', 1, NULL)`, `DELETE FROM item WHERE id = 'e'`);
    expect(await told()).toEqual([['e', 'deleted', undefined]]);
  });

  it('tell of rows that hang on a record, as the field they make', async () => {
    await scratch().run(`INSERT INTO part VALUES ('b', 'nut')`);
    expect(await told()).toEqual([['b', 'updated', ['parts']]]);
    await scratch().run(`UPDATE part SET item = 'c' WHERE item = 'a'`);
    expect((await told()).sort()).toEqual([
      ['a', 'updated', ['parts']],
      ['c', 'updated', ['parts']],
    ]);
    // What hung on a record that is gone does not call it back.
    await scratch().run(`DELETE FROM item WHERE id = 'b'`, `DELETE FROM part WHERE item = 'b'`);
    expect(await told()).toEqual([['b', 'deleted', undefined]]);
    await scratch().run(`DELETE FROM part WHERE item = 'c'`, `INSERT INTO part VALUES ('nobody', 'x')`);
    expect(await told()).toEqual([['c', 'updated', ['parts']]]);
  });

  it('are installed again over themselves, and know a column that was added', async () => {
    await scratch().run(`UPDATE item SET title = 'uno' WHERE id = 'a'`, `ALTER TABLE item ADD COLUMN size int`);
    await on.source.installTriggers(signal);
    await scratch().run(`UPDATE item SET size = 4 WHERE id = 'b'`);
    expect(await told()).toEqual([
      ['a', 'updated', ['title']],
      ['b', 'updated', ['size']],
    ]);
  });

  it('are the statements that are shown', async () => {
    await scratch().run(
      'DROP TABLE item',
      'DROP TABLE part',
      'DROP TABLE noted',
      'CREATE TABLE item (id int PRIMARY KEY, title int)',
      'CREATE TABLE part (item int, name int)',
    );
    const statements = await on.source.triggers(signal);
    await scratch().run(...statements);
    await scratch().run('INSERT INTO item VALUES (7, 1)');
    ({ cursor } = await on.changes({ strategy: 'timestamp', position: 1 }));
    expect((await scratch().run('SELECT entity, entity_key, kind FROM noted')).map((row) => ({ ...row }))).toEqual([
      { entity: 'item', entity_key: '7', kind: 'created' },
    ]);
  });

  it('whose old notes were removed unread are told of; a table that begins anew is read anew', async () => {
    await scratch().run(
      `UPDATE item SET title = 'uno' WHERE id = 'a'`,
      `UPDATE item SET title = 'due' WHERE id = 'b'`,
      `DELETE FROM noted WHERE entity_key = 'a'`,
    );
    expect(await told()).toEqual([['b', 'updated', ['title']]]);
    await scratch().run(
      ...['a', 'b', 'c', 'a'].map((key, index) => `UPDATE item SET title = 'again ${index}' WHERE id = '${key}'`),
      `DELETE FROM noted WHERE sequence < 5`,
    );
    await told();
    expect(on.warnings).toEqual([[expect.stringContaining('removed from a change table'), { entity: 'item' }]]);
    await scratch().run(
      family === 'postgres' ? 'TRUNCATE noted RESTART IDENTITY' : 'TRUNCATE noted',
      `UPDATE item SET title = 'new' WHERE id = 'c'`,
    );
    expect(await told()).toEqual([['c', 'updated', ['title']]]);
    expect(on.warnings.at(-1)).toEqual([expect.stringContaining('begins anew'), { entity: 'item' }]);
  });

  it('that somebody wrote by hand are read as far as they can be', async () => {
    const quoted = family === 'postgres' ? `'{"x":1}'::jsonb` : `'{"x":1}'`;
    await scratch().run(
      `INSERT INTO noted (entity, entity_key, kind, changed) VALUES ('item', 'a', 'mended', NULL), ('item', 'b', 'updated', ${quoted}), ('other', 'x', 'updated', NULL), ('item', 'c', 'updated', NULL)`,
    );
    expect(await told()).toEqual([['c', 'updated', undefined]]);
    expect(on.warnings).toEqual([[expect.stringContaining('no trigger has written'), { entity: 'item', rows: 2 }]]);
  });
});

onEachServer('triggers of a server that cannot replace them', (scratch, family) => {
  it('are dropped and made anew while nobody may write', async () => {
    if (family === 'postgres') return;
    await scratch().run('CREATE TABLE item (id int PRIMARY KEY, title int)');
    const url = scratch().url.replace(/^mariadb:/, 'mysql:');
    const on = openEntity({ url }, { table: 'item', key: 'id', changes: { table: 'noted' } });
    for (let times = 0; times < 2; times += 1) await on.source.installTriggers(signal);
    await scratch().run('INSERT INTO item VALUES (1, 1)');
    expect(await scratch().run('SELECT entity_key, kind FROM noted')).toMatchObject([{ entity_key: '1', kind: 'created' }]);
    await on.source.close();
  });
});
