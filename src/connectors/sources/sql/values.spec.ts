import { onEachServer, openEntity, type OpenEntity } from '../../../../test/kit/sql-source/index.js';

onEachServer('what columns hold', (scratch, family) => {
  let on: OpenEntity;
  afterEach(() => on.source.close());

  /** The value of a column of this type that was written so. */
  async function read(type: string, written: string, options: object = {}): Promise<unknown> {
    await scratch().run(
      'DROP TABLE IF EXISTS item',
      `CREATE TABLE item (id ${family === 'postgres' ? 'text' : 'varchar(20)'} PRIMARY KEY, data ${type}, title text)`,
      `INSERT INTO item VALUES ('a', ${written}, 'neighbour'), ('b', NULL, 'neighbour')`,
    );
    on = openEntity(scratch(), { table: 'item', key: 'id', ...options });
    const { records } = await on.fetch(['a', 'b']);
    expect(records.map(({ fields }) => fields.title)).toEqual(['neighbour', 'neighbour']);
    expect(records[1]?.fields.data).toBeNull();
    // Whatever it is, it travels as JSON.
    expect(JSON.parse(JSON.stringify(records[0]?.fields.data))).toEqual(records[0]?.fields.data);
    return records[0]?.fields.data;
  }

  const both: readonly (readonly [string, string, string, unknown])[] = [
    ['a whole number', 'int', '-7', -7],
    ['one that JavaScript holds exactly', 'bigint', '9007199254740991', 9007199254740991],
    ['one that it does not', 'bigint', '9007199254740993', '9007199254740993'],
    ['an exact number', 'numeric(30,4)', '12345678901234567890.1200', '12345678901234567890.1200'],
    ['a number with a point', 'double precision', '0.1', 0.1],
    ['a date', 'date', `'2026-03-29'`, '2026-03-29'],
    ['a time of day', 'time', `'23:59:58'`, '23:59:58'],
    ['a text', 'text', `'Grüße 🙂 漢字 ''"\\n'`, `Grüße 🙂 漢字 '"${family === 'postgres' ? '\\n' : '\n'}`],
    [
      'a megabyte of it',
      'text',
      family === 'postgres' ? `repeat('x', 1000000)` : `repeat('x', 60000)`,
      'x'.repeat(family === 'postgres' ? 1_000_000 : 60_000),
    ],
    [
      'JSON',
      'json',
      `'{"a":[1,{"b":null}],"__proto__":{"polluted":true}}'`,
      JSON.parse('{"a":[1,{"b":null}],"__proto__":{"polluted":true}}'),
    ],
    ['JSON with a number beyond all', 'json', `'{"a":1e400}'`, { a: 'Infinity' }],
  ];
  const postgres: typeof both = [
    ['true', 'boolean', 'true', true],
    ['no number', 'numeric', `'NaN'`, 'NaN'],
    ['no number, with a point', 'double precision', `'NaN'`, 'NaN'],
    ['infinity', 'double precision', `'-Infinity'`, '-Infinity'],
    ['single precision', 'real', '1.1', 1.1],
    ['bytes', 'bytea', `'\\x00ff10'`, 'AP8Q'],
    ['JSON, binary', 'jsonb', `'{"a": [1.50, "x"]}'`, { a: [1.5, 'x'] }],
    ['a list of texts', 'text[]', `ARRAY['a', NULL, 'b,"c"']`, ['a', null, 'b,"c"']],
    [
      'a list of lists',
      'bigint[]',
      `'{{1,2},{9007199254740993,4}}'`,
      [
        [1, 2],
        ['9007199254740993', 4],
      ],
    ],
    ['a list of exact numbers', 'numeric[]', `'{1.10,NaN}'`, ['1.10', 'NaN']],
    ['an empty list', 'int[]', `'{}'`, []],
    ['an instant', 'timestamptz', `'2026-03-29 01:30:00.123456+02'`, '2026-03-28T23:30:00.123456Z'],
    ['the end of time', 'timestamptz', `'infinity'`, 'infinity'],
    ['a year before Christ', 'date', `'0044-03-15 BC'`, '0044-03-15 BC'],
    ['a local time', 'timestamp', `'2026-03-29 02:30:00'`, '2026-03-29T02:30:00'],
    ['a span', 'interval', `'1 day 02:00'`, 'P1DT2H'],
    ['a uuid', 'uuid', `'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'`, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['an address', 'inet', `'10.0.0.1/8'`, '10.0.0.1/8'],
  ];
  const mariadb: typeof both = [
    ['a large number without sign', 'bigint unsigned', '18446744073709551615', '18446744073709551615'],
    ['a bit', 'bit(1)', `b'1'`, 1],
    ['many bits', 'bit(64)', `b'${'1'.repeat(64)}'`, '18446744073709551615'],
    ['single precision', 'float', '1.1', 1.1],
    ['bytes', 'varbinary(10)', `x'00ff10'`, 'AP8Q'],
    ['an instant', 'timestamp(6) null', `'2026-03-29 01:30:00.123456'`, '2026-03-29T01:30:00.123456Z'],
    ['a local time', 'datetime', `'2026-03-29 02:30:00'`, '2026-03-29T02:30:00'],
    ['one of some', `enum('a','b')`, `'b'`, 'b'],
    ['some of many', `set('a','b','c')`, `'a,c'`, 'a,c'],
    ['a year', 'year', '2026', 2026],
    ['a text with a NUL', 'varchar(10)', `'a\\0b'`, 'a\0b'],
    ['a text of another character set', 'varchar(10) character set latin1', `'Grüße'`, 'Grüße'],
  ];

  it.each([...both, ...(family === 'postgres' ? postgres : mariadb)])('%s (%s %s)', async (_, type, written, shown) => {
    expect(await read(type, written)).toEqual(shown);
  });

  it('a list of what a database made up itself', async () => {
    if (family === 'mariadb') return expect(await read(`set('small','large')`, `'small'`)).toBe('small');
    await scratch().run(`CREATE TYPE size AS ENUM ('small', 'large')`);
    expect(await read('size[]', `'{small,large}'`)).toEqual(['small', 'large']);
    await scratch().run('DROP TABLE item', 'DROP TYPE size');
  });

  it('a text that holds JSON, where that is said, and stays a text where it does not', async () => {
    expect(await read('text', `'{"a":[1]}'`, { json: ['data'] })).toEqual({ a: [1] });
    await on.source.close();
    expect(await read('text', `'{"a":[1'`, { json: ['data'] })).toBe('{"a":[1');
  });

  it('columns with names that are anything', async () => {
    // The driver for MariaDB refuses some names that objects have.
    const names = [family === 'postgres' ? '__proto__' : 'from', 'select', 'a b', family === 'postgres' ? 'quote"d' : 'tick`ed', 'ünïcode'];
    const quoted = names.map((name) => (family === 'postgres' ? `"${name.replaceAll('"', '""')}"` : `\`${name.replaceAll('`', '``')}\``));
    await scratch().run(
      'DROP TABLE IF EXISTS item',
      `CREATE TABLE item (id int PRIMARY KEY, ${quoted.map((name) => `${name} int`).join(', ')})`,
      'INSERT INTO item VALUES (1, 10, 11, 12, 13, 14)',
    );
    on = openEntity(scratch(), { table: 'item', key: 'id' });
    const { records } = await on.fetch(['1'], names);
    expect(Object.entries(records[0]?.fields ?? {})).toEqual(names.map((name, index) => [name, 10 + index]));
  });
});
