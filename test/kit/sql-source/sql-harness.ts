import { createHash } from 'node:crypto';
import type { OpenSource, SourceRecord, Strategy } from '../../../src/connectors/contract/index.js';
import { sql } from '../../../src/connectors/sources/sql/index.js';
import { SqlSource } from '../../../src/connectors/sources/sql/sql-source.js';
import type { NeedsHarness } from '../describe-source/index.js';
import { silentTools } from '../silent-tools.js';
import type { Scratch } from './scratch.js';

/** After so long, what was marked has been delivered, and its mark taken off. */
const acknowledgedAfterMs = 400_000;
let harnesses = 0;

interface Item {
  readonly text: string;
  readonly stamp: number;
}

/** A table of such a database, seen as records that show one text; its clock is a table too, so that tests can move it. */
export async function sqlHarness(scratch: Scratch, strategy: Strategy): Promise<NeedsHarness> {
  const [table, clock] = [`items_${(harnesses += 1)}`, `clock_${harnesses}`];
  const items = new Map<string, Item>();
  const work = workOf(scratch);
  let now = Date.now();
  let added = 0;
  let counter = 1_000;
  const time = (ms: number) => scratch.quote(new Date(ms).toISOString().slice(0, -1).replace('T', ' '));
  const config = sql.config.parse({
    url: scratch.url,
    clock: `(SELECT at FROM ${clock})`,
    pageSize: 20,
    // The battery wants to be told exactly what changed since it subscribed; late-commits.spec.ts has the rest.
    versionOverlap: 0,
    entities: {
      item: {
        table,
        key: 'id',
        ...columnsFor(strategy, table),
        ...(scratch.family === 'mariadb' ? { modifiedZone: zoneFor(strategy) } : {}),
      },
    },
  });
  const put = (key: string, text: string, { stamp = now, version = (counter += 10) }: { stamp?: number; version?: number } = {}) => {
    const isNew = !items.has(key);
    items.set(key, { text, stamp });
    const [id, shown] = [scratch.quote(key), scratch.quote(text)];
    work.add(
      isNew
        ? `INSERT INTO ${table} (id, title, more, updated_at, version, marked) VALUES (${id}, ${shown}, 'more', ${time(stamp)}, ${version}, true)`
        : `UPDATE ${table} SET title = ${shown}, updated_at = ${time(stamp)}, version = ${version}, marked = true WHERE id = ${id}`,
    );
  };
  await scratch.run(...tables(scratch, table, clock), `INSERT INTO ${clock} VALUES (${time(now)})`);
  if (strategy === 'changes') {
    const source = new SqlSource(config, silentTools);
    await source.installTriggers(new AbortController().signal);
    await source.close();
  }
  const open = async (): Promise<OpenSource> => {
    const source = await sql.open(config, silentTools);
    const afterWork =
      <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        await work.done();
        return call(...args);
      };
    return {
      check: afterWork((signal) => source.check(signal)),
      keys: afterWork((...args: Parameters<OpenSource['keys']>) => source.keys(...args)),
      fetch: afterWork((...args: Parameters<OpenSource['fetch']>) => source.fetch(...args)),
      changes: afterWork(async (entity, cursor, options) => {
        // What the program would have done meanwhile: a new feed is followed by a full pass, and what was settled is unmarked.
        const settled = cursor === null ? now + 1 : now - acknowledgedAfterMs;
        if (strategy === 'flag') await scratch.run(`UPDATE ${table} SET marked = false WHERE updated_at < ${time(settled)}`);
        return source.changes(entity, cursor, { ...options, strategy });
      }),
      close: () => source.close?.() ?? Promise.resolve(),
    };
  };
  return {
    open,
    entity: 'item',
    needs: { attributes: null, fields: ['title', 'more'], locales: null, channels: null },
    less: { attributes: null, fields: ['title'], locales: null, channels: null },
    beyond: ({ fields }: SourceRecord) => Object.keys(fields).filter((name) => name !== 'title'),
    pageSize: 20,
    maxKeys: sql.limits.maxKeys,
    // Where nobody can tell who is writing, a feed by version reads the latest numbers again.
    sequence: strategy === 'changes' || (strategy === 'version' && scratch.family === 'postgres'),
    clock: {
      now: () => now,
      advance: (ms) => {
        now += ms;
        work.add(`UPDATE ${clock} SET at = ${time(now)}`);
      },
    },
    keys: () => [...items.keys()],
    add: (text) => {
      // Anywhere in the order of keys.
      const key = createHash('sha1')
        .update(`${(added += 1)}`)
        .digest('hex');
      put(key, text);
      return key;
    },
    edit: (key, text) => put(key, text),
    // A number that is lower than the newest, where numbers that come late are looked for by reading again.
    editLate: (key, text, stamp) => put(key, text, { stamp, ...(scratch.family === 'mariadb' ? { version: counter - 5 } : {}) }),
    remove: (key) => {
      items.delete(key);
      work.add(`DELETE FROM ${table} WHERE id = ${scratch.quote(key)}`);
    },
    textOf: ({ fields }) => (typeof fields.title === 'string' ? fields.title : null),
    // A cursor is made of times, numbers and keys: there is nothing a database could forget.
    expireCursors: () => undefined,
    fail: () => {
      work.add(`ALTER TABLE ${table} RENAME TO ${table}_away`);
      if (strategy === 'changes') work.add(`ALTER TABLE changes_${table} RENAME TO changes_${table}_away`);
      return () => {
        work.add(`ALTER TABLE ${table}_away RENAME TO ${table}`);
        if (strategy === 'changes') work.add(`ALTER TABLE changes_${table}_away RENAME TO changes_${table}`);
      };
    },
    close: async () => {
      await work.done();
      await scratch.run(`DROP TABLE ${table}`, `DROP TABLE ${clock}`);
    },
  };
}

function columnsFor(strategy: Strategy, table: string): object {
  switch (strategy) {
    case 'timestamp':
      return { modified: 'updated_at' };
    case 'version':
      return { version: 'version' };
    case 'flag':
      return { modified: 'updated_at', flag: { column: 'marked' } };
    case 'changes':
      return { changes: { table: `changes_${table}` } };
  }
}

function zoneFor(strategy: Strategy): string | undefined {
  return strategy === 'timestamp' || strategy === 'flag' ? 'UTC' : undefined;
}

function tables({ family }: Scratch, table: string, clock: string): string[] {
  const [text, time] = family === 'postgres' ? ['text', 'timestamptz'] : ['varchar(255)', 'datetime(6)'];
  return [
    `CREATE TABLE ${table} (id ${text} PRIMARY KEY, title text, more text, updated_at ${time}, version bigint, marked boolean)`,
    `CREATE TABLE ${clock} (at ${time})`,
  ];
}

/** The battery edits at once and reads later: statements wait until a source is asked. */
function workOf(scratch: Scratch): { add(statement: string): void; done(): Promise<void> } {
  let waiting: string[] = [];
  let running: Promise<unknown> = Promise.resolve();
  return {
    add: (statement) => void waiting.push(statement),
    done: async () => {
      const statements = waiting;
      waiting = [];
      if (statements.length > 0) running = running.then(() => scratch.run(...chunks(statements)));
      await running;
    },
  };
}

/** Both servers take many statements at once, and are much faster so. */
function chunks(statements: readonly string[]): string[] {
  const joined: string[] = [];
  for (let start = 0; start < statements.length; start += 200) joined.push(statements.slice(start, start + 200).join(';\n'));
  return joined;
}
