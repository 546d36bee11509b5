import { z } from 'zod';
import { BadAnswer, Misconfigured } from '../../contract/index.js';
import type { Change, ChangesOptions, ChangesPage, JsonValue } from '../../contract/index.js';
import { Sequence } from './answers.js';
import { beginning, type ChangesAnswer, type CouchApi } from './couch-api.js';
import { readRow, recordOf, versionOf, type Row } from './read-row.js';
import { isNamedSo, isSuch, type Selection } from './selection.js';

/**
 * Where the feed was left. A sequence has no order that anybody but the server could tell, and a last sync time is what
 * people look at: so positions are times of the server's clock, each read before the feed was asked.
 */
const Cursor = z.object({
  since: Sequence,
  /** Of the database that wrote `since`. */
  identity: z.string().nullable(),
  /** What the server's clock showed before the first page of this window; null between windows. */
  end: z.number().nullable(),
  /** The latest that was told: a clock that is set back takes nothing back. */
  position: z.number(),
});
type Cursor = z.infer<typeof Cursor>;

/** A page of what changed. The feed forgets nothing and is read without overlap: nothing appears in it late. */
export async function readChanges(
  api: CouchApi,
  selection: Selection,
  cursor: JsonValue | null,
  options: ChangesOptions & { readonly pageSize: number },
): Promise<ChangesPage> {
  if (cursor === null) return subscribe(api, options.signal);
  const stored = readCursor(cursor);
  const at = stored.end === null ? await beginWindow(api, stored, options.signal) : { ...stored, end: stored.end };
  const page = await api.changes(at.since, options.pageSize, options.signal);
  if (page === null) return { changes: [], cursor: { ...at, since: beginning }, position: null, done: false };
  const changes = changesOf(page, selection);
  const next: Cursor = { ...at, since: page.last };
  if (!page.end) return { changes, cursor: next, position: null, done: false };
  const position = Math.max(at.end, at.position);
  const done = page.rows.length > 0 || !(await isWorthWaiting(api, page.last, options));
  return { changes, cursor: { ...next, end: null, position }, position, done };
}

/** A new feed begins at the present; the past is a full pass's. */
async function subscribe(api: CouchApi, signal: AbortSignal): Promise<ChangesPage> {
  const { identity, readFrom } = await api.info(signal);
  const page = await api.changes('now', 1, signal);
  if (page === null) throw new Misconfigured(`${api.connection}: the feed of changes cannot be read`);
  const cursor: Cursor = { since: page.last, identity, end: null, position: readFrom };
  return { changes: [], cursor, position: readFrom, done: true };
}

/**
 * A database that was deleted and made again counts from the beginning: asked from the old sequence on, it would be
 * silent until it has passed it. Clusters notice it themselves and begin again; their sequences are texts.
 */
async function beginWindow(api: CouchApi, at: Cursor, signal: AbortSignal): Promise<Cursor & { readonly end: number }> {
  const { identity, sequence, readFrom } = await api.info(signal);
  const other = identity !== at.identity || (typeof sequence === 'number' && typeof at.since === 'number' && sequence < at.since);
  return { ...at, since: other ? beginning : at.since, identity, end: readFrom };
}

/** Waits where a wait was asked for; true: something came, and is read at once as a window of its own. */
async function isWorthWaiting(api: CouchApi, since: Sequence, { waitMs = 0, signal }: ChangesOptions): Promise<boolean> {
  return waitMs > 0 && (await api.somethingCame(since, waitMs, signal));
}

function changesOf({ rows }: ChangesAnswer, selection: Selection): Change[] {
  return rows.flatMap((each) => {
    const row = readRow(each);
    return row !== null && isNamedSo(selection, row.id) ? (changeOf(row, selection) ?? []) : [];
  });
}

/**
 * A tombstone has no fields that could tell what it was: it is announced to every entity that a document of its name could
 * belong to, and one that never had it removes nothing. A document that was changed so that it left the entity is not: a full
 * pass finds it.
 */
function changeOf(row: Row, selection: Selection): Change | null {
  if (row.deleted) return { key: row.id, kind: 'deleted', version: versionOf(row) };
  const record = recordOf(row);
  if (record !== null && !isSuch(selection, record.fields)) return null;
  return { key: row.id, kind: 'updated', version: versionOf(row), ...(record === null ? {} : { record }) };
}

function readCursor(cursor: JsonValue): Cursor {
  const read = Cursor.safeParse(cursor);
  if (!read.success) throw new BadAnswer('the read cursor of this feed was not written by this connector');
  return read.data;
}
