import { BadAnswer } from '../../contract/index.js';
import type { JsonValue, KeysPage, ReadOptions } from '../../contract/index.js';
import type { CouchApi } from './couch-api.js';
import { readRow, recordOf, versionOf, type Row } from './read-row.js';
import { isNamedSo, isSuch, looksInside, type Selection } from './selection.js';

type Options = ReadOptions & { readonly withRecords: boolean; readonly pageSize: number };

/**
 * A page of everything, by `_id`. It begins with the last one of the page before, which is left out if it is still there:
 * no order has to be known in which a server sorts, nor what comes next after a name.
 */
export async function listKeys(api: CouchApi, selection: Selection, cursor: JsonValue | null, options: Options): Promise<KeysPage> {
  if (cursor !== null && typeof cursor !== 'string') throw new BadAnswer('the cursor of this pass was not written by this connector');
  const limit = options.pageSize + 1;
  const withDocuments = options.withRecords || looksInside(selection);
  const answer = await api.range(cursor ?? selection.prefix ?? null, limit, withDocuments, options.signal);
  const rows = answer.flatMap((row) => readRow(row) ?? []);
  const fresh = rows.filter(({ id }) => id !== cursor);
  const last = fresh.at(-1)?.id;
  const isBeyond = selection.prefix !== undefined && last !== undefined && !last.startsWith(selection.prefix);
  const done = answer.length < limit || isBeyond;
  if (!done && last === undefined)
    throw new BadAnswer(`${api.connection}: a page of documents that leads nowhere, and is not the last one`);
  const keys = fresh.filter((row) => isOf(selection, row)).map((row) => entry(row, options.withRecords));
  return { keys, cursor: last ?? cursor, done };
}

function isOf(selection: Selection, row: Row): boolean {
  if (row.deleted || !isNamedSo(selection, row.id)) return false;
  return !looksInside(selection) || (row.document !== null && isSuch(selection, row.document));
}

function entry(row: Row, withRecords: boolean): KeysPage['keys'][number] {
  const record = withRecords ? recordOf(row) : null;
  return { key: row.id, version: versionOf(row), ...(record === null ? {} : { record }) };
}
