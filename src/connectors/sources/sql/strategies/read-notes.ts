import type { Change, ReadOptions } from '../../../contract/index.js';
import { at, type Entity } from '../entity.js';
import { qualified, Values, type Dialect, type Session } from '../server.js';
import { changesIn, noteColumns, readNote } from './note.js';
import type { Feed } from './context.js';
import { splitAt, without, type Ranges } from './ranges.js';

/** Ranges that one statement asks for. */
const mostRanges = 100;

export interface NotesRead {
  readonly changes: readonly Change[];
  /** Numbers that were asked for and have no row. */
  readonly missing: Ranges;
  /** What was not asked for yet. */
  readonly rest: Ranges;
}

/** A page of the rows of a change table with these numbers. Rows of other entities only fill their numbers. */
export async function readNotes(
  { server, entity, size, log }: Feed,
  ranges: Ranges,
  { signal }: Pick<ReadOptions, 'signal'>,
): Promise<NotesRead> {
  const asked = ranges.slice(0, mostRanges);
  return server.run(signal, async (session) => {
    const { rows } = await session.query(...statement(server.dialect, entity, asked, size));
    const page = rows.slice(0, size);
    const numbers = page.map(([sequence]) => BigInt(String(sequence)));
    const last = rows.length > size ? numbers.at(-1) : undefined;
    const { upTo, behind } = last === undefined ? { upTo: asked, behind: [] } : splitAt(asked, last);
    const notes = page.flatMap((row) => readNote(row) ?? []);
    if (notes.length < page.length)
      log.warn('rows of a change table that no trigger has written are left out', {
        entity: entity.name,
        rows: page.length - notes.length,
      });
    const { deleted, state } = entity.config;
    const stating = [deleted, state].flatMap((one) => one?.column ?? []);
    const found = changesIn(
      notes.filter((note) => note.entity === entity.name),
      stating,
    );
    const there = await existing(
      session,
      entity,
      found.filter(({ relatedOnly }) => relatedOnly).map(({ key }) => key),
    );
    return {
      changes: found.flatMap(({ relatedOnly, ...change }) => (relatedOnly && !there.has(change.key) ? [] : [change])),
      missing: without(upTo, numbers),
      rest: [...behind, ...ranges.slice(mostRanges)],
    };
  });
}

function statement(dialect: Dialect, entity: Entity, ranges: Ranges, size: number): [string, Values['list']] {
  const values = new Values(dialect);
  const sequence = dialect.name('sequence');
  const number = (text: string): string =>
    values.cast(text, { name: 'sequence', kind: 'integer', cast: dialect.product === 'PostgreSQL' ? 'bigint' : 'UNSIGNED' });
  const among = ranges.map(([from, to]) => `${sequence} BETWEEN ${number(from)} AND ${number(to)}`);
  const list = noteColumns.map((name, index) => `${dialect.asText(dialect.name(name))} AS c${index}`);
  const table = qualified(dialect, entity.config.changes?.table ?? '');
  return [`SELECT ${list.join(', ')} FROM ${table} WHERE ${among.join(' OR ')} ORDER BY ${sequence} LIMIT ${size + 1}`, values.list];
}

/** Those of the keys that have a row: something may have hung on a record that is gone. */
async function existing(session: Session, { dialect, from, key }: Entity, keys: readonly string[]): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const values = new Values(dialect);
  const column = at(dialect, key);
  const text = `SELECT ${dialect.asText(column)} AS k FROM ${from} WHERE ${dialect.among(column, key, keys, values)}`;
  return new Set((await session.query(text, values.list)).rows.map(([found]) => String(found)));
}
