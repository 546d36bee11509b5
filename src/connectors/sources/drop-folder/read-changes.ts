import { z } from 'zod';
import { BadAnswer, Unavailable, type Change, type ChangesPage, type JsonValue } from '../../contract/index.js';
import type { Manifest, TakenFile } from './manifest.js';
import type { Store } from './store.js';
import { asSourceRecord, versionOf, View } from './view.js';

const Cursor = z.object({
  /** State the numbers are of. */
  id: z.string(),
  /** Number of the last file that was read to its end, and where in the reading copy of the next one to go on. */
  seq: z.number(),
  offset: z.number(),
  /** The window: it ends with this file; its position was taken before it was begun. Null between two windows. */
  window: z.object({ upTo: z.number(), end: z.number() }).nullable(),
  /** Last file of this round: what is dropped meanwhile waits for the next, or a busy supplier would let none end. */
  last: z.number().nullable(),
  position: z.number(),
});
type Cursor = z.infer<typeof Cursor>;

const pageBytes = 1_000_000;
/** Small files come in one window, a large one is a window of its own: it can be archived before the next is read. */
const pagesOfWindow = 10;

/**
 * The files that were dropped since, in their order, a window of them at a time. The position moves when all pages of
 * a window are queued, in a page of its own: what is settled up to there is a whole file.
 */
export async function readChanges(store: Store, cursor: JsonValue | null, signal: AbortSignal): Promise<ChangesPage> {
  const { room } = store;
  const now = room.now();
  const manifest = await store.refreshed(signal);
  if (cursor === null) {
    const begun = { id: manifest.id, seq: manifest.seq, offset: 0, window: null, last: null, position: now };
    return { changes: [], cursor: begun, position: now, done: true };
  }
  const at = inThisState(readCursor(cursor), manifest, store);
  if (at.window !== null && at.seq >= at.window.upTo) return closeWindow(store, at, at.window, manifest);
  await markRead(store, at.seq, at.position, manifest);
  const last = at.last ?? manifest.seq;
  const window = at.window ?? openWindow(at, last, manifest, now, room.pageSize);
  if (window !== null) return readPage(store, { ...at, last, window }, window, manifest);
  const position = Math.max(now, at.position);
  return { changes: [], cursor: { ...at, last: null, position }, position, done: true };
}

function readCursor(cursor: JsonValue): Cursor {
  const read = Cursor.safeParse(cursor);
  if (!read.success) throw new BadAnswer('the read cursor of this feed was not written by this connector');
  return read.data;
}

/** A state that was made anew numbers by itself: everything that came since then is read, once too often rather than never. */
function inThisState(at: Cursor, { id, began, seq }: Manifest, { room }: Store): Cursor {
  if (at.id === id) return at;
  const { connection, log } = room.tools;
  if (seq === 0) throw new Unavailable(`${connection}: the drop folder lacks all that was taken from it before; is it mounted?`);
  log.warn('the state of a drop folder was lost and made anew', { connection });
  return { id, seq: began, offset: 0, window: null, last: null, position: at.position };
}

/** Its position is later than the one before: else what is queued now would seem settled by it. */
function openWindow({ seq, position }: Cursor, last: number, manifest: Manifest, now: number, pageSize: number): Cursor['window'] {
  let records = 0;
  let upTo: number | null = null;
  for (const file of manifest.files.filter((one) => one.seq > seq && one.seq <= last)) {
    if (upTo !== null && records + file.records > pagesOfWindow * pageSize) break;
    upTo = file.seq;
    records += file.records;
  }
  return upTo === null ? null : { upTo, end: Math.max(now, position + 1) };
}

async function closeWindow(store: Store, at: Cursor, { end }: NonNullable<Cursor['window']>, manifest: Manifest): Promise<ChangesPage> {
  await markRead(store, at.seq, end, manifest);
  const done = at.last === null || at.seq >= at.last;
  return { changes: [], cursor: { ...at, window: null, last: done ? null : at.last, position: end }, position: end, done };
}

/** Notes the position with which files count as announced: before that nobody archives them. */
async function markRead(store: Store, seq: number, end: number, manifest: Manifest): Promise<void> {
  const isNew = (file: TakenFile): boolean => file.seq <= seq && file.end === null;
  if (!manifest.files.some(isNew)) return;
  await store.update((files) => (files.some(isNew) ? files.map((file) => (isNew(file) ? { ...file, end } : file)) : null));
}

/** Up to a page of keys, each with the newest that is known of it, from as many files as that takes. */
async function readPage(store: Store, from: Cursor, window: NonNullable<Cursor['window']>, manifest: Manifest): Promise<ChangesPage> {
  const { room } = store;
  return View.with(room.folders.state, manifest, async (view) => {
    const changes = new Map<string, Change | null>();
    let { seq, offset } = from;
    for (const file of manifest.files.filter((one) => one.seq > seq && one.seq <= window.upTo)) {
      const copy = await view.copy(file.copy);
      while (!file.repeats && offset < copy.size && changes.size < room.pageSize) {
        for (const { record, place } of await copy.from(offset, pageBytes)) {
          if (changes.size === room.pageSize) break;
          if (!changes.has(record.key)) changes.set(record.key, await newestOf(view, record.key));
          offset = place.offset + place.length;
        }
      }
      if (!file.repeats && offset < copy.size) break;
      [seq, offset] = [file.seq, 0];
    }
    return {
      changes: [...changes.values()].filter((change) => change !== null),
      cursor: { ...from, seq, offset },
      position: null,
      done: false,
    };
  });
}

/** Null: a later file that lists everything lacks it; a full pass or a sweep finds that, behind its guard. */
async function newestOf(view: View, key: string): Promise<Change | null> {
  const record = await view.newest(key);
  if (record === null) return null;
  const version = versionOf(record);
  return record.deleted ? { key, kind: 'deleted', version } : { key, kind: 'updated', version, record: asSourceRecord(record) };
}
