import { z } from 'zod';
import { BadAnswer } from '../../contract/index.js';
import type { JsonValue } from '../../contract/index.js';
import { beginning, Place } from './read-page.js';

/** An object that was edited: what lies below its path inherits from it. */
export const Root = z.object({ id: z.string(), path: z.string() });
export type Root = z.infer<typeof Root>;

/**
 * A window of `modificationDate`, read page by page. `start` is where the last window ended; `end` was
 * captured from the PIM's clock before this one was begun to be read, and the start moves there once the
 * last page is in (rule 16). Times in epoch milliseconds of the PIM's clock.
 */
const Cursor = z.object({
  start: z.number(),
  end: z.number().nullable(),
  /** Where the window's own objects go on; null: they are all read. */
  next: Place.nullable(),
  /** What lies below the objects of the page before, and where that goes on. */
  below: z.object({ roots: z.array(Root), at: Place }).nullable(),
  selection: z.string().nullable(),
  /** Our own clock when `end` was captured, or `start` where there is none yet. */
  capturedAt: z.number().nullable(),
  /** The latest that was told. */
  position: z.number().nullable(),
});
export type ChangeCursor = z.infer<typeof Cursor>;

/** A window of which no page was read. */
export const unread = { next: beginning, below: null, selection: null };

export function closedCursor(start: number, capturedAt: number | null, position: number): ChangeCursor {
  return { start, end: null, ...unread, capturedAt, position };
}

export function readCursor(cursor: JsonValue): ChangeCursor {
  const read = Cursor.safeParse(cursor);
  if (!read.success) throw new BadAnswer('the read cursor of this feed was not written by this connector');
  return read.data;
}
