import { z } from 'zod';
import { BadAnswer } from '../../contract/index.js';
import type { ChangesOptions, ChangesPage, JsonValue } from '../../contract/index.js';
import type { Entity } from './config.js';
import { changed, deleted, everything, readPage, type ReadPage } from './listing.js';
import { Position } from './paging.js';
import { oneMore } from './restarts.js';
import type { RestApi } from './rest-api.js';
import { writeTime } from './times.js';

/**
 * A window of times on the API's clock, epoch milliseconds. `start` is where the last one ended; `end` was captured before
 * this one was begun to be read, and the start moves there once the last page is in (rule 16).
 */
const Cursor = z.object({
  start: z.number(),
  end: z.number().nullable(),
  /** What the filter says until the window is done. */
  since: z.number().nullable(),
  phase: z.enum(['changed', 'deleted']),
  /** The listing that is being paged, and where. */
  print: z.string().nullable(),
  at: Position.nullable(),
  /** How often the window had to begin again. */
  restarts: z.number(),
  /** Our own clock when `end` was captured. */
  capturedAt: z.number(),
  /** The latest that was told. */
  position: z.number(),
});
type Cursor = z.infer<typeof Cursor>;

/** A window of which no page was read. */
const unread = { phase: 'changed', print: null, at: null } as const;

export async function readChanges(api: RestApi, entity: Entity, cursor: JsonValue | null, options: ChangesOptions): Promise<ChangesPage> {
  if (cursor === null) return subscribe(api, entity, options.signal);
  const stored = readCursor(cursor);
  const capturedAt = stored.end === null ? Date.now() : stored.capturedAt;
  const listing = (stored.phase === 'deleted' ? deleted(entity) : null) ?? changed(entity);
  const since = stored.since ?? stored.start - options.overlapMs;
  const values = { since: writeTime(floored(since, entity), listing.since) };
  const page = await readPage(api, listing, values, stored.print === listing.print ? stored.at : null, options.signal);
  if (page === null) return { changes: [], cursor: again(api, stored), position: null, done: false };
  const changes = listing.changes(page);
  // The window is read again, then, from where it should have begun.
  if (stored.end === null && wasSetBack(stored, page, options.overlapMs))
    return { changes, cursor: { ...stored, ...unread, start: page.readFrom - elapsed(stored) }, position: null, done: false };
  const window: Cursor = { ...stored, end: stored.end ?? page.readFrom, since, capturedAt };
  if (page.moved) return { changes, cursor: again(api, window), position: null, done: false };
  if (page.next !== null) return { changes, cursor: { ...window, print: listing.print, at: page.next }, position: null, done: false };
  if (stored.phase === 'changed' && entity.deleted !== undefined)
    return { changes, cursor: { ...window, phase: 'deleted', print: null, at: null }, position: null, done: false };
  const closed = closedCursor(Math.max(window.end ?? window.start, window.start), capturedAt, window.position);
  return { changes, cursor: closed, position: closed.position, done: true };
}

/** A new feed begins at the API's present time; the past is a full pass's. */
async function subscribe(api: RestApi, entity: Entity, signal: AbortSignal): Promise<ChangesPage> {
  const capturedAt = Date.now();
  const page = await readPage(api, everything(entity), {}, null, signal);
  if (page === null) throw new BadAnswer(`${api.connection}: the listing has no first page`);
  const cursor = closedCursor(page.readFrom, capturedAt, page.readFrom);
  return { changes: [], cursor, position: cursor.position, done: true };
}

/** What was told once is never taken back (rule 15), even if it was told by a clock that was wrong. */
function closedCursor(start: number, capturedAt: number, told: number): Cursor {
  return { start, end: null, since: null, ...unread, restarts: 0, capturedAt, position: Math.max(start, told) };
}

function again(api: RestApi, cursor: Cursor): Cursor {
  return { ...cursor, ...unread, restarts: oneMore(api.connection, cursor.restarts) };
}

/** A whole second and one more before it: whether the filter means "after" or "from then on", and keeps fractions or not. */
function floored(since: number, { version: { resolutionMs } }: Entity): number {
  const step = Math.max(1000, resolutionMs);
  return (Math.floor(since / step) - 1) * step;
}

/**
 * A window that would begin in the API's future: its clock was ahead, and was set right. What is edited from then on
 * carries earlier times than the window asks for.
 */
function wasSetBack(cursor: Cursor, page: ReadPage, overlapMs: number): boolean {
  return page.readFrom < cursor.start - overlapMs / 2;
}

/** How long ago the window's start was the API's present, by our own clock: the API's cannot tell. */
function elapsed({ capturedAt }: Cursor): number {
  return Math.max(0, Date.now() - capturedAt);
}

function readCursor(cursor: JsonValue): Cursor {
  const read = Cursor.safeParse(cursor);
  if (!read.success) throw new BadAnswer('the read cursor of this feed was not written by this connector');
  return read.data;
}
