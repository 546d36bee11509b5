import { z } from 'zod';
import { BadAnswer } from '../../contract/index.js';
import type { ChangesOptions, ChangesPage, JsonValue } from '../../contract/index.js';
import type { AkeneoApi, Page } from './akeneo-api.js';
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
});
type Cursor = z.infer<typeof Cursor>;

/** A window of which no page was read. */
const unread = { next: null, query: null, border: null };

export async function readChanges(api: AkeneoApi, entity: Entity, cursor: JsonValue | null, options: ChangesOptions): Promise<ChangesPage> {
  if (cursor === null) return subscribe(api, entity, options.signal);
  const at = readCursor(cursor);
  const began = performance.now();
  const search = entity.updatedSince(at.start - options.overlapMs);
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
  const changes = records.map((record) => ({ key: record.key, kind: 'updated' as const, version: record.version, record }));
  // The window is read again, then.
  if (await hasMoved(api, entity, border, options.signal))
    return { changes, cursor: { start: at.start, end, ...unread }, position: null, done: false };
  if (page.next === null) {
    const closed = Math.max(end, at.start);
    return { changes, cursor: { start: closed, end: null, ...unread }, position: closed, done: true };
  }
  return {
    changes,
    cursor: { start: at.start, end, next: page.next, query: fingerprint(query), border: borderAfter(entity, page) },
    position: null,
    done: false,
  };
}

/** A new feed begins at the PIM's present time; the past is a full pass's. */
async function subscribe(api: AkeneoApi, entity: Entity, signal: AbortSignal): Promise<ChangesPage> {
  const page = await api.list(entity.path, { limit: 1, ...(await entity.keysQuery(signal)) }, signal);
  const start = page.readFrom;
  return { changes: [], cursor: { start, end: null, ...unread }, position: start, done: true };
}

function readCursor(cursor: JsonValue): Cursor {
  const read = Cursor.safeParse(cursor);
  if (!read.success) throw new BadAnswer('the read cursor of this feed was not written by this connector');
  return read.data;
}
