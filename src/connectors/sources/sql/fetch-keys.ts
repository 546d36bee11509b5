import type { ConnectorLog, Fetched, ReadOptions } from '../../contract/index.js';
import { at, type Entity } from './entity.js';
import { isKey, isProof } from './keys.js';
import { readRows, selectionOf, type Row } from './record.js';
import { withRelated } from './related.js';
import { Values, type Session } from './server.js';

/**
 * The newest rows of some keys: one statement, and one more for each related table. A key asked for by itself that has
 * no row does not exist. So it is with a configured query too: the entity *is* what the query answers, and a row that
 * its WHERE leaves out is none of it any more.
 */
export async function fetchKeys(
  entity: Entity,
  session: Session,
  clock: string,
  keys: readonly string[],
  options: ReadOptions,
  log: ConnectorLog,
): Promise<Fetched> {
  const asked = [...new Set(keys)];
  const askable = asked.filter((key) => isKey(entity.key, key));
  const impossible = isProof(entity.key) ? asked.filter((key) => !askable.includes(key)) : [];
  if (askable.length === 0) return { records: [], absent: impossible };
  const found = byKey(await rowsOf(entity, session, clock, askable, options));
  const doubled = [...found].filter(([, rows]) => rows.length > 1).map(([key]) => key);
  if (doubled.length > 0)
    log.warn('several rows have the same key: none of them is taken', { entity: entity.name, keys: doubled.slice(0, 10) });
  // Of records found under another spelling (a collation without case) nobody asked.
  const living = askable.flatMap((key) => {
    const [row, ...others] = found.get(key) ?? [];
    return row === undefined || row.deleted || others.length > 0 ? [] : [row];
  });
  const absent = askable.filter((key) => (found.get(key) ?? []).every((row) => row.deleted));
  const records = (await withRelated(entity, session, living, options)).map((row) => row.record);
  return { records, absent: [...absent, ...impossible] };
}

async function rowsOf(
  entity: Entity,
  session: Session,
  clock: string,
  keys: readonly string[],
  { needs }: ReadOptions,
): Promise<readonly Row[]> {
  const { dialect, from, key } = entity;
  const selection = selectionOf(entity, clock, needs);
  const values = new Values(dialect);
  const statement = `SELECT ${selection.list} FROM ${from} WHERE ${dialect.among(at(dialect, key), key, keys, values)}`;
  return readRows(entity, session, selection, statement, values);
}

function byKey(rows: readonly Row[]): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) found.set(row.key, [...(found.get(row.key) ?? []), row]);
  return found;
}
