import { createScratch, onMariadb, type Beside, type Family, type Scratch } from '../../../../test/kit/sql-source/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import type { JsonValue, OpenSource } from '../../contract/index.js';
import { sql } from './index.js';
import { SqlSource } from './sql-source.js';

const seeds = Array.from({ length: Number(process.env.SEEDS ?? 3) }, (_, index) => index + 1);
const { signal } = new AbortController();
const needs = { attributes: null, fields: ['title'], locales: null, channels: null };
const overlapMs = 60_000;
const stepMs = 3_000;
const keys = Array.from({ length: 12 }, (_, index) => `key-${index}`);

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A table with a counter, and a clock that moves by hand. */
async function scene(scratch: Scratch, strategy: 'version' | 'changes') {
  const { family } = scratch;
  const text = family === 'postgres' ? 'text' : 'varchar(100)';
  const next = family === 'postgres' ? `nextval('numbers')` : 'NEXTVAL(numbers)';
  await scratch.run(
    `CREATE SEQUENCE numbers START WITH 1${family === 'mariadb' ? ' NOCACHE' : ''}`,
    `CREATE TABLE product (id ${text} PRIMARY KEY, title text, version bigint)`,
    `CREATE TABLE clock (at ${family === 'postgres' ? 'timestamptz' : 'datetime(6)'})`,
    `INSERT INTO clock VALUES ('2026-01-01 00:00:00')`,
    ...keys.map((key) => `INSERT INTO product VALUES ('${key}', 'first', ${next})`),
  );
  const by = strategy === 'version' ? { version: 'version' } : { changes: { table: 'noted' } };
  const config = sql.config.parse({
    ...{ url: scratch.url, clock: '(SELECT at FROM clock)', pageSize: 3, versionOverlap: 100 },
    entities: { product: { table: 'product', key: 'id', ...by } },
  });
  const source = new SqlSource(config, silentTools);
  if (strategy === 'changes') await source.installTriggers(signal);
  return {
    source: source as OpenSource,
    next,
    pass: (ms: number) =>
      scratch.run(`UPDATE clock SET at = at + INTERVAL ${family === 'postgres' ? `'${ms} ms'` : `${ms * 1000} MICROSECOND`}`),
    close: async () => {
      await source.close();
      await scratch.run('DROP TABLE product', 'DROP TABLE clock', 'DROP SEQUENCE numbers', 'DROP TABLE IF EXISTS noted');
    },
  };
}
type Scene = Awaited<ReturnType<typeof scene>>;

interface Open {
  readonly beside: Beside;
  readonly key: string;
  readonly title: string;
  readonly since: number;
}

/** Reads windows page by page while others write, commit and roll back; answers what was committed and never named after that. */
async function storm(scratch: Scratch, on: Scene, seed: number): Promise<string[]> {
  const chance = random(seed);
  const idle: Beside[] = await Promise.all([1, 2, 3].map(() => scratch.another()));
  const open: Open[] = [];
  const committed = new Map<string, { readonly title: string; readonly at: number }>();
  /** By text where the change shows the record: what is read again may show an older one. */
  const named = new Map<string, JsonValue>();
  let event = 0;
  const end = async (one: Open, how: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
    open.splice(open.indexOf(one), 1);
    idle.push(one.beside);
    await one.beside.run(how);
    if (how === 'COMMIT') committed.set(one.key, { title: one.title, at: (event += 1) });
  };
  const write = async (): Promise<void> => {
    const free = keys.filter((key) => !open.some((one) => one.key === key));
    const key = free[Math.floor(chance() * free.length)];
    const beside = key === undefined ? undefined : idle.pop();
    if (beside === undefined || key === undefined) return;
    const title = `${seed}-${event}`;
    await beside.run('BEGIN', `UPDATE product SET title = '${title}', version = ${on.next} WHERE id = '${key}'`);
    open.push({ beside, key, title, since: event });
  };
  const step = async (): Promise<void> => {
    await on.pass(stepMs);
    event += 1;
    // None stays open for as long as the overlap.
    for (const one of open.filter(({ since }) => event - since > 12)) await end(one, 'COMMIT');
    const [first] = [open[Math.floor(chance() * open.length)]];
    if (chance() < 0.55 || first === undefined) await write();
    else await end(first, chance() < 0.2 ? 'ROLLBACK' : 'COMMIT');
  };
  const window = async (from: JsonValue | null, between: () => Promise<void>): Promise<JsonValue> => {
    for (let cursor = from; ;) {
      const began = (event += 1);
      const page = await on.source.changes('product', cursor, { needs, signal, overlapMs });
      for (const { key, record } of page.changes) named.set(key, record?.fields.title ?? began);
      cursor = JSON.parse(JSON.stringify(page.cursor)) as JsonValue;
      if (page.done) return cursor;
      await between();
    }
  };
  let cursor = await window(null, step);
  for (let round = 0; round < 20; round += 1) {
    for (let count = Math.floor(chance() * 4); count > 0; count -= 1) await step();
    cursor = await window(cursor, step);
  }
  for (const one of [...open]) await end(one, 'COMMIT');
  for (let round = 0; round < 3; round += 1) cursor = await window(cursor, () => Promise.resolve());
  expect(committed.size).toBeGreaterThan(2);
  const isNamed = (said: JsonValue | undefined, { title, at }: { readonly title: string; readonly at: number }): boolean =>
    typeof said === 'number' ? said > at : said === title;
  return [...committed].filter(([key, last]) => !isNamed(named.get(key), last)).map(([key]) => key);
}

function describeLateCommits(family: Family): void {
  describe.each(['version', 'changes'] as const)(`by %s, on ${family}`, (strategy) => {
    let scratch: Scratch;
    let on: Scene;
    beforeAll(async () => void (scratch = await createScratch(family)));
    beforeEach(async () => void (on = await scene(scratch, strategy)));
    afterEach(async () => {
      await scratch.endOthers();
      await on.close();
    });
    afterAll(() => scratch.drop());

    const read = async (cursor: JsonValue | null) => {
      const found: string[] = [];
      for (let at = cursor; ;) {
        const page = await on.source.changes('product', at, { needs, signal, overlapMs });
        // What is not shown is what stands there now.
        found.push(...page.changes.map(({ key, record }) => `${key} ${String(record?.fields.title ?? 'second')}`));
        at = page.cursor;
        if (page.done) return { found, cursor: at };
      }
    };
    const update = (key: string) => `UPDATE product SET title = 'second', version = ${on.next} WHERE id = '${key}'`;

    it('a lower number that is committed after a higher one was read is found', async () => {
      const { cursor } = await read(null);
      const [slow, quick] = [await scratch.another(), await scratch.another()];
      await slow.run('BEGIN', update('key-1'));
      await quick.run(update('key-2'));
      const first = await read(cursor);
      expect(first.found).toContain('key-2 second');
      expect(first.found).not.toContain('key-1 second');
      const again = await read(first.cursor);
      await slow.run('COMMIT');
      expect((await read(again.cursor)).found).toContain('key-1 second');
    });

    it.each(seeds)('nothing is lost in whatever order transactions are committed, seed %i', async (seed) => {
      expect(await storm(scratch, on, seed)).toEqual([]);
    });

    it('what was read once is not read for ever', async () => {
      const { cursor } = await read(null);
      await scratch.run(update('key-3'));
      await on.pass(overlapMs);
      const first = await read(cursor);
      await on.pass(overlapMs);
      const second = await read(first.cursor);
      await on.pass(overlapMs);
      expect([first.found.includes('key-3 second'), (await read(second.cursor)).found]).toEqual([true, []]);
    });
  });
}

describeLateCommits('postgres');
onMariadb('where a MariaDB answers', () => describeLateCommits('mariadb'));

describe('on PostgreSQL', () => {
  let scratch: Scratch;
  let on: Scene;
  const read = async (cursor: JsonValue | null, source = on.source) => {
    const page = await source.changes('product', cursor, { needs, signal, overlapMs: 0 });
    return { found: page.changes.map(({ key }) => key), cursor: page.cursor };
  };
  beforeAll(async () => void (scratch = await createScratch('postgres')));
  beforeEach(async () => void (on = await scene(scratch, 'version')));
  afterEach(async () => {
    await scratch.endOthers();
    await on.close();
  });
  afterAll(() => scratch.drop());

  it('a number that was drawn long before it was written is waited for', async () => {
    const { cursor } = await read(null);
    const slow = await scratch.another();
    await slow.run('BEGIN', `CREATE TEMP TABLE drawn ON COMMIT DROP AS SELECT nextval('numbers') AS number`);
    await scratch.run(`UPDATE product SET version = nextval('numbers') WHERE id = 'key-2'`);
    const first = await read(cursor);
    await slow.run(`UPDATE product SET version = (SELECT number FROM drawn) WHERE id = 'key-1'`, 'COMMIT');
    expect([first.found, (await read(first.cursor)).found]).toEqual([['key-2'], ['key-2', 'key-1'].sort()]);
  });

  it('whoever only reads holds up nothing', async () => {
    const { cursor } = await read(null);
    const reader = await scratch.another();
    await reader.run('BEGIN ISOLATION LEVEL REPEATABLE READ', 'SELECT count(*) FROM product');
    await scratch.run(`UPDATE product SET version = nextval('numbers') WHERE id = 'key-2'`);
    const first = await read(cursor);
    expect([first.found, (await read(first.cursor)).found]).toEqual([['key-2'], []]);
  });

  describe.each(['version', 'changes'] as const)('a transaction that stays open for ten minutes, by %s', (strategy) => {
    const warnings: [string, unknown][] = [];
    let source: OpenSource;
    let slow: Beside;
    let cursor: JsonValue | null;
    const tools = {
      ...silentTools,
      log: { ...silentTools.log, warn: (message: string, data: unknown) => void warnings.push([message, data]) },
    };
    const update = (key: string) => `UPDATE product SET title = 'second', version = nextval('numbers') WHERE id = '${key}'`;
    const reading = async (overlap = overlapMs): Promise<string[]> => {
      const found: string[] = [];
      for (;;) {
        const page = await source.changes('product', cursor, { needs, signal, overlapMs: overlap });
        found.push(...page.changes.map(({ key }) => key));
        // As it comes back from the database.
        cursor = JSON.parse(JSON.stringify(page.cursor)) as JsonValue;
        if (page.done) return [...new Set(found)].sort();
      }
    };

    beforeEach(async () => {
      warnings.length = 0;
      const by = strategy === 'version' ? { version: 'version' } : { changes: { table: 'noted' } };
      const product = { table: 'product', key: 'id', ...by };
      source = new SqlSource(sql.config.parse({ url: scratch.url, clock: '(SELECT at FROM clock)', entities: { product } }), tools);
      if (strategy === 'changes') await source.installTriggers?.(signal);
      cursor = null;
      await reading();
      slow = await scratch.another();
      await slow.run('BEGIN', update('key-1'));
      await scratch.run(update('key-2'));
    });
    afterEach(() => source.close?.());

    it('is told of once, whoever reads after that', async () => {
      for (const minutes of [0, 9]) {
        await on.pass(minutes * 60_000);
        await reading();
      }
      expect(warnings).toEqual([]);
      for (let minute = 10; minute < 40; minute += 1) {
        await on.pass(60_000);
        await scratch.run(update('key-3'));
        await reading();
      }
      expect(warnings).toEqual([[expect.stringContaining('open for ten minutes'), { entity: 'product', transactions: 1 }]]);
      const other = await scratch.another();
      await other.run('BEGIN', update('key-5'));
      await scratch.run(update('key-6'));
      for (let minute = 0; minute < 12; minute += 1) {
        await reading();
        await on.pass(60_000);
      }
      expect(warnings).toHaveLength(2);
    });

    it('is not waited for any longer: the overlap is looked through again instead', async () => {
      for (const minutes of [0, 10, 1, 1]) {
        await on.pass(minutes * 60_000);
        await reading();
      }
      // Nobody reads again what is older than the overlap, and nothing of the ten minutes.
      expect(await reading()).toEqual([]);
      await slow.run(update('key-3'));
      await scratch.run(update('key-4'));
      expect(await reading()).toContain('key-4');
      await on.pass(overlapMs - 1_000);
      await reading();
      await slow.run('COMMIT');
      expect(await reading()).toContain('key-3');
    });

    it('is over once it has ended, and the next one is waited for like any other', async () => {
      await reading();
      await on.pass(600_000);
      await reading();
      await slow.run('COMMIT');
      await reading();
      const next = await scratch.another();
      await next.run('BEGIN', update('key-7'));
      await scratch.run(update('key-8'));
      await reading();
      await on.pass(300_000);
      await reading();
      await next.run('COMMIT');
      expect(await reading()).toContain('key-7');
      expect(warnings).toHaveLength(1);
    });
  });

  it('numbers that begin anew are read anew', async () => {
    const { cursor } = await read(null);
    await scratch.run(`UPDATE product SET version = version - 1000`, `ALTER SEQUENCE numbers RESTART WITH 1`);
    const first = await read(cursor);
    await scratch.run(`UPDATE product SET version = nextval('numbers') WHERE id = 'key-5'`);
    expect((await read(first.cursor)).found).toEqual(['key-5']);
  });
});
