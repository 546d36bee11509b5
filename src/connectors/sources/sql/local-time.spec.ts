import { onEachServer, openEntity, type OpenEntity } from '../../../../test/kit/sql-source/index.js';
import type { JsonValue } from '../../contract/index.js';
import { earliestWall, instantsOf, offsetAt } from './local-time.js';

const at = (text: string): number => Date.parse(text);
const hour = 3_600_000;

describe('the walls of a zone', () => {
  it('are ahead of UTC by an hour in winter and two in summer, in Berlin', () => {
    expect([offsetAt('Europe/Berlin', at('2026-01-15T12:00:00Z')), offsetAt('Europe/Berlin', at('2026-07-15T12:00:00.500Z'))]).toEqual([
      hour,
      2 * hour,
    ]);
    expect(offsetAt('Asia/Kolkata', at('2026-01-15T23:59:59Z'))).toBe(5.5 * hour);
    expect(offsetAt('America/New_York', at('2026-01-01T00:00:00Z'))).toBe(-5 * hour);
  });

  it('show an hour twice in autumn, and leave one out in spring', () => {
    const iso = (zone: string, wall: string) => instantsOf(zone, at(`${wall}Z`)).map((instant) => new Date(instant).toISOString());
    expect(iso('Europe/Berlin', '2026-10-25T02:30:00')).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']);
    expect(iso('Europe/Berlin', '2026-10-25T03:00:00')).toEqual(['2026-10-25T02:00:00.000Z']);
    expect(iso('Europe/Berlin', '2026-03-29T02:30:00')).toEqual([]);
    expect(iso('UTC', '2026-03-29T02:30:00')).toEqual(['2026-03-29T02:30:00.000Z']);
  });

  it('show no less than the earliest, over a whole autumn night', () => {
    const from = at('2026-10-25T00:10:00Z');
    const to = at('2026-10-25T02:00:00Z');
    const earliest = earliestWall('Europe/Berlin', from, to);
    for (let instant = from; instant <= to; instant += 60_000)
      expect(instant + offsetAt('Europe/Berlin', instant)).toBeGreaterThanOrEqual(earliest);
    expect(earliestWall('Europe/Berlin', at('2026-05-01T00:00:00Z'), at('2026-05-02T00:00:00Z'))).toBe(at('2026-05-01T02:00:00Z'));
  });
});

onEachServer('times without a zone', (scratch, family) => {
  const zone = 'Europe/Berlin';
  const wall = (instant: number): string => new Date(instant + offsetAt(zone, instant)).toISOString().slice(0, 19).replace('T', ' ');
  let on: OpenEntity;
  beforeEach(async () => {
    const time = family === 'postgres' ? 'timestamp(0)' : 'datetime';
    await scratch().run(
      `CREATE TABLE item (id ${family === 'postgres' ? 'text' : 'varchar(20)'} PRIMARY KEY, title int, changed_at ${time}, day date)`,
      `CREATE TABLE clock (at ${family === 'postgres' ? 'timestamptz' : 'datetime'})`,
      `INSERT INTO clock VALUES ('2026-01-01 00:00:00')`,
      ...['a', 'b', 'c'].map((key) => `INSERT INTO item VALUES ('${key}', 0, '2020-01-01 00:00:00', '2020-01-01')`),
    );
    on = openEntity(
      scratch(),
      { table: 'item', key: 'id', modified: 'changed_at', modifiedZone: zone },
      { clock: '(SELECT at FROM clock)' },
    );
  });
  afterEach(async () => {
    await on.source.close();
    await scratch().run('DROP TABLE item', 'DROP TABLE clock');
  });
  const setClock = (instant: number) =>
    scratch().run(`UPDATE clock SET at = '${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')}'`);
  const edit = (key: string, instant: number) =>
    scratch().run(
      `UPDATE item SET title = title + 1, changed_at = '${wall(instant)}', day = '${wall(instant).slice(0, 10)}' WHERE id = '${key}'`,
    );

  it.each([
    ['autumn, when an hour comes twice', '2026-10-24T23:03:00Z'],
    ['spring, when one is left out', '2026-03-28T23:03:00Z'],
  ])('lose nothing in %s, without any overlap', async (_, night) => {
    const start = at(night);
    await setClock(start);
    let { cursor } = await on.changes(null);
    for (let minute = 10; minute <= 300; minute += 10) {
      const now = start + minute * 60_000;
      await edit('a', now - 30_000);
      await setClock(now);
      const page = await on.changes(cursor);
      const title = page.changes.find(({ key }) => key === 'a')?.record?.fields.title;
      expect([new Date(now).toISOString(), title]).toEqual([new Date(now).toISOString(), minute / 10]);
      ({ cursor } = page);
    }
  });

  it('are versions that never look older than what was announced, and stay open while they can come again', async () => {
    const first = at('2026-10-25T00:30:00Z');
    await setClock(first + 60_000);
    await edit('a', first);
    const version = async () => (await on.fetch(['a'])).records[0]?.version;
    expect(await version()).toEqual({ id: '2026-10-25 02:30:00', order: null, closed: false });
    await setClock(first + hour + 60_000);
    expect(await version()).toMatchObject({ closed: true });
    await edit('a', at('2026-10-25T02:30:00Z'));
    expect(await version()).toMatchObject({ id: '2026-10-25 03:30:00', order: at('2026-10-25T02:30:00Z') });
  });

  it('of whole days lose nothing either', async () => {
    const days = openEntity(
      scratch(),
      { table: 'item', key: 'id', modified: 'day', modifiedZone: zone },
      { clock: '(SELECT at FROM clock)' },
    );
    await setClock(at('2026-05-05T10:00:00Z'));
    let cursor: JsonValue = (await days.changes(null)).cursor;
    for (const moment of ['2026-05-05T11:00:00Z', '2026-05-05T12:00:00Z', '2026-05-05T22:30:00Z']) {
      await edit('b', at(moment));
      await setClock(at(moment) + 60_000);
      const page = await days.changes(cursor);
      expect(page.changes.map(({ key, version }) => [key, version?.closed])).toEqual([['b', false]]);
      ({ cursor } = page);
    }
    await days.source.close();
  });

  it('are refused where nobody says in which zone they are written', async () => {
    const other = openEntity(scratch(), { table: 'item', key: 'id', modified: 'changed_at' });
    await expect(other.changes(null)).rejects.toThrow('say in modifiedZone in which it is written');
    await other.source.close();
  });

  it('that nobody can have meant are versions like others', async () => {
    const odd = family === 'postgres' ? 'infinity' : '9999-12-31 23:59:59';
    await scratch().run(`UPDATE item SET changed_at = '${odd}' WHERE id = 'c'`, `UPDATE item SET changed_at = NULL WHERE id = 'b'`);
    const { records } = await on.fetch(['a', 'b', 'c']);
    expect(records.map(({ version }) => version?.closed)).toEqual([true, undefined, true]);
  });
});
