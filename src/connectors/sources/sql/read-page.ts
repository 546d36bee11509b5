import type { ReadOptions } from '../../contract/index.js';
import { at, type Entity } from './entity.js';
import { readRows, selectionOf, type Row } from './record.js';
import { withRelated } from './related.js';
import { Values, type Column, type Session } from './server.js';

/** What a page is ordered by, and the last values of the page before. */
export interface Keyset {
  readonly columns: readonly Column[];
  readonly after: readonly string[] | null;
}

export interface PageRequest {
  readonly clock: string;
  readonly size: number;
  readonly keyset: Keyset;
  /** Conditions beside the keyset. */
  readonly where: (values: Values) => readonly string[];
  /** What the mappings read, with what hangs on it; null: nothing but key and version. */
  readonly options: ReadOptions | null;
}

export interface Page {
  readonly rows: readonly Row[];
  readonly more: boolean;
}

/** A page in the order of a keyset: the next begins behind its last row, wherever others come and go. */
export async function readPage(entity: Entity, session: Session, { clock, size, keyset, where, options }: PageRequest): Promise<Page> {
  const { dialect, from, key } = entity;
  const selection = selectionOf(entity, clock, options?.needs ?? null);
  const values = new Values(dialect);
  const columns = keyset.columns.map((column) => at(dialect, column));
  const conditions = [`${at(dialect, key)} IS NOT NULL`, ...where(values), ...behind(keyset, columns, values)];
  const statement =
    `SELECT ${selection.list} FROM ${from} WHERE ${conditions.join(' AND ')} ` + `ORDER BY ${columns.join(', ')} LIMIT ${size + 1}`;
  const rows = await readRows(entity, session, selection, statement, values);
  const page = rows.slice(0, size);
  return { rows: options === null ? page : await withRelated(entity, session, page, options), more: rows.length > size };
}

/** `a >= x AND (a > x OR b > y)`: what both servers find by an index over both columns. */
function behind({ columns, after }: Keyset, names: readonly string[], values: Values): string[] {
  if (after === null) return [];
  const [first, second] = columns;
  const [a = '', b = ''] = after;
  if (first === undefined) return [];
  if (second === undefined) return [`${names[0]} > ${values.cast(a, first)}`];
  const from = `${names[0]} >= ${values.cast(a, first)}`;
  return [from, `(${names[0]} > ${values.cast(a, first)} OR ${names[1]} > ${values.cast(b, second)})`];
}
