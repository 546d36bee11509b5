import { z } from 'zod';
import { BadAnswer } from '../../contract/index.js';
import type { ChangesOptions, ChangesPage, JsonValue } from '../../contract/index.js';
import { ExpiredPosition } from './akeneo-api.js';
import type { AkeneoApi, Page, Query } from './akeneo-api.js';
import type { Entity } from './entity.js';
import { fingerprint, listing, readPage } from './read-page.js';

/**
 * A window of `updated`, read page by page. `start` is where the last window ended; `end` was captured
 * from the PIM's clock before this one was begun to be read, and the start moves there once the last
 * page is in (rule 16). Times in epoch milliseconds of the PIM's clock.
 */
const Cursor = z.object({
  start: z.number(),
  end: z.number().nullable(),
  /** The next page, and the query and count it belongs to. */
  next: z.string().nullable(),
  query: z.string().nullable(),
  count: z.number().nullable(),
});
type Cursor = z.infer<typeof Cursor>;

export async function readChanges(api: AkeneoApi, entity: Entity, cursor: JsonValue | null, options: ChangesOptions): Promise<ChangesPage> {
  if (cursor === null) return subscribe(api, entity, options.signal);
  const at = readCursor(cursor);
  const began = performance.now();
  const search = entity.updatedSince(at.start - options.overlapMs);
  const query = listing(entity, await entity.query(options.needs, options.signal), search);
  const { page, records } = await readPage(entity, () => readWindow(api, entity, at, query, options.signal), began, options);
  const end = at.end ?? page.readFrom;
  const changes = records.map((record) => ({ key: record.key, kind: 'updated' as const, version: record.version, record }));
  if (page.next === null && !moved(at, page)) {
    const closed = Math.max(end, at.start);
    return { changes, cursor: { start: closed, end: null, next: null, query: null, count: null }, position: closed, done: true };
  }
  const next = moved(at, page) ? null : page.next;
  return {
    changes,
    cursor: { start: at.start, end, next, query: fingerprint(query), count: next === null ? null : page.count },
    position: null,
    done: false,
  };
}

/** A new feed begins at the PIM's present time; the past is a full pass's. */
async function subscribe(api: AkeneoApi, entity: Entity, signal: AbortSignal): Promise<ChangesPage> {
  const page = await api.list(entity.path, { limit: 1, ...(await entity.keysQuery(signal)) }, signal);
  const start = page.readFrom;
  return { changes: [], cursor: { start, end: null, next: null, query: null, count: null }, position: start, done: true };
}

async function readWindow(api: AkeneoApi, entity: Entity, at: Cursor, query: Query, signal: AbortSignal): Promise<Page> {
  const first = () => api.list(entity.path, query, signal);
  if (at.next === null || at.query !== fingerprint(query)) return first();
  try {
    return await api.follow(at.next, signal);
  } catch (error) {
    if (error instanceof ExpiredPosition) return first();
    throw error;
  }
}

/** Rows came or went while offset pages were read: one may have slipped over a border, so the window is read again. */
function moved(at: Cursor, page: Page): boolean {
  return at.next !== null && at.count !== null && page.count !== null && at.count !== page.count;
}

function readCursor(cursor: JsonValue): Cursor {
  const read = Cursor.safeParse(cursor);
  if (!read.success) throw new BadAnswer('the read cursor of this feed was not written by this connector');
  return read.data;
}
