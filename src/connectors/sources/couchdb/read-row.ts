import type { JsonObject, JsonValue, SourceRecord, SourceVersion } from '../../contract/index.js';
import { isObject, isWhole } from './json.js';

/** A row of `_changes` or `_all_docs`. */
export interface Row {
  readonly id: string;
  readonly rev: string | null;
  readonly deleted: boolean;
  /** Where the row carries it, and it is that document. */
  readonly document: JsonObject | null;
}

/** What a row says; null where it names no document. */
export function readRow(row: JsonValue): Row | null {
  if (!isObject(row) || typeof row.id !== 'string' || row.id === '' || !isWhole(row.id)) return null;
  const value = isObject(row.value) ? row.value : null;
  const [leaf] = Array.isArray(row.changes) ? row.changes : [];
  const rev = value?.rev ?? (isObject(leaf) ? leaf.rev : undefined);
  const deleted = row.deleted === true || value?.deleted === true;
  const document = !deleted && isObject(row.doc) && row.doc._id === row.id ? row.doc : null;
  return { id: row.id, rev: typeof rev === 'string' ? rev : null, deleted, document };
}

/** The version of what a row shows: of its document, where it carries one, which may be newer than the row itself. */
export function versionOf({ rev, document }: Row): SourceVersion | null {
  const own = document?._rev;
  const id = typeof own === 'string' ? own : rev;
  return id === null ? null : { id, order: orderOf(id, document), closed: true };
}

/**
 * The generation, the number before the hyphen: it rises with every edit, and so tells an answer from a copy of the
 * database that is behind. Where a document has conflicts it may fall, though: once the winner is deleted, an older branch
 * wins. Then its versions have no order. https://docs.couchdb.org/en/stable/replication/conflicts.html
 */
function orderOf(rev: string, document: JsonObject | null): number | null {
  if (document !== null && document._conflicts !== undefined) return null;
  const generation = Number(/^(\d{1,15})-/.exec(rev)?.[1] ?? NaN);
  return Number.isNaN(generation) ? null : generation;
}

/** The record of a row; null where it carries no document. */
export function recordOf(row: Row): SourceRecord | null {
  return row.document === null ? null : { key: row.id, version: versionOf(row), fields: row.document, values: {} };
}
