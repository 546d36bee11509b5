import type { Fetched, JsonValue, ReadOptions, SourceRecord } from '../../contract/index.js';
import type { CouchApi } from './couch-api.js';
import { isObject, isWhole } from './json.js';
import { readRow, recordOf } from './read-row.js';
import { isNamedSo, isSuch, type Selection } from './selection.js';

/** The newest documents of some keys, in one request. Absent is what CouchDB itself says of that key, and nothing else. */
export async function fetchKeys(
  api: CouchApi,
  selection: Selection,
  keys: readonly string[],
  { signal }: Pick<ReadOptions, 'signal'>,
): Promise<Fetched> {
  // No document can be called so, and CouchDB would refuse the whole request.
  const askable = keys.filter((key) => key !== '' && isWhole(key));
  if (askable.length === 0) return { records: [], absent: [] };
  const rows = await api.lookUp(askable, signal);
  const found = new Map(rows.flatMap((row) => (isObject(row) && typeof row.key === 'string' ? [[row.key, row] as const] : [])));
  const records: SourceRecord[] = [];
  const absent: string[] = [];
  for (const key of askable) {
    const said = judge(selection, key, found.get(key));
    if (said === 'absent') absent.push(key);
    else if (said !== null) records.push(said);
  }
  return { records, absent };
}

/** A document of another kind is no record of this entity; of a row that cannot be read nothing is known. */
function judge(selection: Selection, key: string, row: JsonValue | undefined): SourceRecord | 'absent' | null {
  if (isObject(row) && row.error === 'not_found') return 'absent';
  const read = row === undefined ? null : readRow(row);
  if (read === null || read.id !== key) return null;
  if (read.deleted || !isNamedSo(selection, key)) return 'absent';
  const record = recordOf(read);
  return record !== null && !isSuch(selection, record.fields) ? 'absent' : record;
}
