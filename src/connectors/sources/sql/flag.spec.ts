import { onEachServer, openEntity, type OpenEntity } from '../../../../test/kit/sql-source/index.js';
import type { SeenVersion } from '../../contract/index.js';

const { signal } = new AbortController();

onEachServer('marks', (scratch, family) => {
  let on: OpenEntity;
  const old = `'2026-01-01 10:00:00'`;
  const open = (entity: object): OpenEntity =>
    (on = openEntity(scratch(), { table: 'item', key: 'id', flag: { column: 'marked' }, ...entity }, { pageSize: 2 }));
  const zone = family === 'mariadb' ? { modifiedZone: 'UTC' } : {};
  const marked = async () => (await scratch().run('SELECT id FROM item WHERE marked = true ORDER BY id')).map(({ id }) => Number(id));
  const seen = async (): Promise<SeenVersion[]> => {
    const found: SeenVersion[] = [];
    for (let { cursor } = await on.changes(null, 'flag'), done = false; !done;) {
      const page = await on.changes(cursor, 'flag');
      found.push(...page.changes.map(({ key, version }) => ({ key, version })));
      ({ cursor, done } = page);
    }
    return found;
  };
  beforeEach(() =>
    scratch().run(
      family === 'postgres'
        ? 'CREATE TABLE item (id int PRIMARY KEY, marked boolean, version int, changed_at timestamptz)'
        : 'CREATE TABLE item (id int PRIMARY KEY, marked boolean, version int, changed_at datetime(6) NOT NULL DEFAULT NOW(6) ON UPDATE CURRENT_TIMESTAMP(6))',
      ...[1, 2, 3, 4, 5].map((id) => `INSERT INTO item VALUES (${id}, ${id !== 3}, 1, ${old})`),
    ),
  );
  afterEach(async () => {
    await on.source.close();
    await scratch().run('DROP TABLE item');
  });

  it('are read whole in every round, over page borders, for as long as they stand', async () => {
    open({ version: 'version' });
    const keys = (list: readonly SeenVersion[]) => list.map(({ key }) => key);
    expect([keys(await seen()), keys(await seen())]).toEqual([
      ['1', '2', '4', '5'],
      ['1', '2', '4', '5'],
    ]);
    await on.source.acknowledge('item', (await seen()).slice(1, 3), signal);
    expect([keys(await seen()), await marked()]).toEqual([
      ['1', '5'],
      [1, 5],
    ]);
  });

  it('stay on what has changed since it was seen, by its number or by its time', async () => {
    for (const by of [{ version: 'version' }, { modified: 'changed_at', ...zone }]) {
      await scratch().run(`UPDATE item SET marked = true, version = 1, changed_at = ${old}`);
      open(by);
      const all = await seen();
      await scratch().run(`UPDATE item SET version = 2, changed_at = '2026-01-01 10:00:01' WHERE id = 2`);
      await on.source.acknowledge('item', all, signal);
      expect(await marked()).toEqual([2]);
      await on.source.close();
    }
    expect(on.source.acknowledges('item', 'flag')).toBe('after-settlement');
    expect(on.source.acknowledges('item', 'timestamp')).toBe('never');
  });

  it('stay while a second edit may still be given the same time', async () => {
    open({ modified: 'changed_at', ...zone });
    await scratch().run(`UPDATE item SET changed_at = ${family === 'postgres' ? 'now()' : 'NOW(6)'} WHERE id = 4`);
    await on.source.acknowledge('item', await seen(), signal);
    expect(await marked()).toEqual([4]);
  });

  it('are taken off without touching the time of the last edit', async () => {
    open({ modified: 'changed_at', ...zone });
    await on.source.acknowledge('item', await seen(), signal);
    const times = await scratch().run(`SELECT count(*) AS n FROM item WHERE changed_at = ${old}`);
    expect([Number(times[0]?.n), await marked()]).toEqual([5, []]);
  });

  it('of records without a version are taken off by key, and carry no record that was read before', async () => {
    open({});
    expect(on.source.acknowledges('item', 'flag')).toBe('before-fetch');
    const { cursor } = await on.changes(null, 'flag');
    const page = await on.changes(cursor, 'flag');
    expect(page.changes.map(({ key, version, record }) => [key, version, record])).toEqual([
      ['1', null, undefined],
      ['2', null, undefined],
    ]);
    await on.source.acknowledge(
      'item',
      [
        { key: '1', version: null },
        { key: "1' OR '1'='1", version: null },
      ],
      signal,
    );
    expect(await marked()).toEqual([2, 4, 5]);
  });

  it('have the values that are configured', async () => {
    await scratch().run('ALTER TABLE item ADD COLUMN state varchar(10)', `UPDATE item SET state = 'dirty' WHERE id < 3`);
    open({ flag: { column: 'state', changed: 'dirty', cleared: 'clean' }, version: 'version' });
    await on.source.acknowledge('item', await seen(), signal);
    const rows = await scratch().run('SELECT state FROM item ORDER BY id');
    expect(rows.map(({ state }) => state)).toEqual(['clean', 'clean', null, null, null]);
    await on.source.close();
    await expect(open({ flag: { column: 'state' } }).changes(null, 'flag')).rejects.toThrow(
      'which values of state mean changed and cleared',
    );
  });
});
