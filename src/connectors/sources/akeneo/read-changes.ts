import { z } from 'zod';
import { BadAnswer } from '../../contract/index.js';
import type { Change, ChangesOptions, ChangesPage, JsonValue, SourceRecord, SourceVersion } from '../../contract/index.js';
import type { AkeneoApi, Page, Search } from './akeneo-api.js';
import type { Entity } from './entity.js';
import { Border, borderAfter, hasMoved } from './page-border.js';
import { fingerprint, listing, readPage } from './read-page.js';

/**
 * A window of `updated`, read page by page. `start` is where the last window ended; `end` was captured
 * from the PIM's clock before this one was begun to be read, and the start moves there once the last
 * page is in (rule 16). Times in epoch milliseconds of the PIM's clock.
 */
const Cursor = z.object({
  start: z.number(),
  end: z.number().nullable(),
  /** The next page, the query it belongs to, and what it follows on. */
  next: z.string().nullable(),
  query: z.string().nullable(),
  border: Border.nullable().default(null),
  /** Our own clock when `end` was captured, or `start` where there is none yet. */
  capturedAt: z.number().nullable().default(null),
  /** Where a window has two: what was edited itself is read first, and then what is linked to something that was. */
  part: z.enum(['edited', 'linked']).default('edited'),
  /** The latest that was told. */
  position: z.number().nullable().default(null),
});
type Cursor = z.infer<typeof Cursor>;

/** A window of which no page was read. */
const unread = { next: null, query: null, border: null };

export async function readChanges(api: AkeneoApi, entity: Entity, cursor: JsonValue | null, options: ChangesOptions): Promise<ChangesPage> {
  if (cursor === null) return subscribe(api, entity, options.signal);
  const at = readCursor(cursor);
  const began = performance.now();
  const capturedAt = at.end === null ? Date.now() : at.capturedAt;
  const search = searchOf(entity, at, at.start - options.overlapMs);
  const query = listing(entity, await entity.query(options.needs, options.signal), search);
  const follows = at.next !== null && at.query === fingerprint(query) ? at.next : null;
  let border: Border | null = null;
  const read = async (): Promise<Page> => {
    const page = follows === null ? null : await api.tryFollow(follows, options.signal);
    border = page === null ? null : at.border;
    return page ?? api.list(entity.path, query, options.signal);
  };
  const { page, records } = await readPage(entity, read, began, options);
  const end = at.end ?? page.readFrom;
  const changes = records.map((record): Change => ({ key: record.key, kind: 'updated', version: seenVersion(at, record), record }));
  // The window is read again, then.
  if (at.end === null && wasSetBack(at, page, options.overlapMs))
    return { changes, cursor: { ...at, ...unread, start: page.readFrom - elapsed(at), part: 'edited' }, position: null, done: false };
  if (await hasMoved(api, entity, border, options.signal))
    return { changes, cursor: { ...at, ...unread, end, capturedAt }, position: null, done: false };
  if (page.next === null && at.part === 'edited' && entity.linkedSince !== undefined)
    return { changes, cursor: { ...at, ...unread, end, capturedAt, part: 'linked' }, position: null, done: false };
  if (page.next === null) {
    const closed = Math.max(end, at.start);
    // What was told once is never taken back (rule 15), even if it was told by a clock that was wrong.
    const position = Math.max(closed, at.position ?? closed);
    return { changes, cursor: closedCursor(closed, capturedAt, position), position, done: true };
  }
  return {
    changes,
    cursor: { ...at, end, capturedAt, next: page.next, query: fingerprint(query), border: borderAfter(entity, page) },
    position: null,
    done: false,
  };
}

function searchOf({ updatedSince, linkedSince }: Entity, { part }: Cursor, time: number): Search {
  return part === 'linked' && linkedSince !== undefined ? linkedSince(time) : updatedSince(time);
}

/** An edit of what it is linked to is no other version of a record: without one it is news, and once more for as long as the overlap lasts. */
function seenVersion({ part }: Cursor, { version }: SourceRecord): SourceVersion | null {
  return part === 'linked' ? null : version;
}

/** A new feed begins at the PIM's present time; the past is a full pass's. */
async function subscribe(api: AkeneoApi, entity: Entity, signal: AbortSignal): Promise<ChangesPage> {
  const capturedAt = Date.now();
  const page = await api.list(entity.path, { limit: 1, ...(await entity.keysQuery(signal)) }, signal);
  const start = page.readFrom;
  return { changes: [], cursor: closedCursor(start, capturedAt, start), position: start, done: true };
}

function closedCursor(start: number, capturedAt: number | null, position: number): Cursor {
  return { start, end: null, ...unread, capturedAt, position, part: 'edited' };
}

/**
 * A window that would begin in the PIM's future: its clock was ahead, and was set right. What is edited
 * from then on carries earlier times than the window asks for, and would be missed for as long as it was ahead.
 */
function wasSetBack(at: Cursor, page: Page, overlapMs: number): boolean {
  return page.readFrom < at.start - overlapMs / 2;
}

/** How long ago the window's start was the PIM's present, by our own clock: the PIM's cannot tell. */
function elapsed({ capturedAt }: Cursor): number {
  return capturedAt === null ? 0 : Math.max(0, Date.now() - capturedAt);
}

function readCursor(cursor: JsonValue): Cursor {
  const read = Cursor.safeParse(cursor);
  if (!read.success) throw new BadAnswer('the read cursor of this feed was not written by this connector');
  return read.data;
}
