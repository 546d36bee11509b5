import { z } from 'zod';
import { BadAnswer, Misconfigured } from '../../../contract/index.js';
import type { ChangesOptions, ChangesPage } from '../../../contract/index.js';
import { at, type TimeColumn } from '../entity.js';
import { earliestWall } from '../local-time.js';
import { readPage } from '../read-page.js';
import { changesOf, latest, readClock, type Feed, type StoredCursor } from './context.js';

const dayMs = 86_400_000;

/**
 * A window of `modified`, read in the order of (time, key). `start` is where the last window ended, `end` was read from
 * the source's clock before this one was begun to be read; the start moves there after the last page (rule 16).
 */
const Cursor = z.object({
  strategy: z.literal('timestamp'),
  start: z.number(),
  end: z.number().nullable(),
  after: z.tuple([z.string(), z.string()]).nullable(),
  /** The fields that the window is read with. */
  fields: z.string().nullable(),
  /** Our own clock when `end` was read, or `start` where there is none yet. */
  capturedAt: z.number(),
  position: z.number().nullable(),
});
type Cursor = z.infer<typeof Cursor>;

export async function readTimestamp(feed: Feed, stored: StoredCursor | null, options: ChangesOptions): Promise<ChangesPage> {
  const { entity, server, clock, size } = feed;
  const { modified } = entity;
  if (modified === null) throw new Misconfigured(`${entity.name} has no column \`modified\` to tell changes by`);
  const now = await readClock(feed, options.signal);
  if (stored === null) {
    const start: Cursor = {
      strategy: 'timestamp',
      start: now,
      end: null,
      after: null,
      fields: null,
      capturedAt: Date.now(),
      position: now,
    };
    return { changes: [], cursor: start, position: now, done: true };
  }
  const cursor = begin(readCursor(stored, now), now, options);
  const fields = options.needs.fields.join();
  const page = await server.run(options.signal, (session) =>
    readPage(entity, session, {
      ...{ clock, size, options },
      keyset: { columns: [modified, entity.key], after: cursor.fields === fields ? cursor.after : null },
      where: (values) => [
        `${at(entity.dialect, modified)} >= ${values.cast(lowest(modified, cursor.start - options.overlapMs, now), modified)}`,
      ],
    }),
  );
  const changes = changesOf(page.rows, true);
  const last = page.rows.at(-1);
  if (page.more && last !== undefined && last.modified !== null)
    return { changes, cursor: { ...cursor, after: [last.modified, last.key], fields }, position: null, done: false };
  const end = Math.max(cursor.end, cursor.start);
  const position = latest(end, cursor.position);
  return { changes, cursor: { ...cursor, start: end, end: null, after: null, fields: null, position }, position, done: true };
}

function readCursor(stored: StoredCursor, now: number): Cursor {
  // Read in another way so far: up to where that told everything.
  if (stored.strategy !== 'timestamp')
    return {
      strategy: 'timestamp',
      start: stored.position ?? now,
      end: null,
      after: null,
      fields: null,
      capturedAt: Date.now(),
      position: stored.position,
    };
  const read = Cursor.safeParse(stored);
  if (!read.success) throw new BadAnswer('the read cursor of this feed was not written by this connector');
  return read.data;
}

/** A window that is being read goes on; a new one ends at the source's present. */
function begin(cursor: Cursor, now: number, { overlapMs }: ChangesOptions): Cursor & { readonly end: number } {
  if (cursor.end !== null) return { ...cursor, end: cursor.end };
  // Begun in the source's future, it would miss what is edited from now on: the clock was ahead, and was set right. How
  // long ago the window's start was the present, only our own clock can tell.
  const start = now < cursor.start - overlapMs / 2 ? now - Math.max(0, Date.now() - cursor.capturedAt) : cursor.start;
  return { ...cursor, start, end: now, capturedAt: Date.now() };
}

/** The least that a row edited since then can show, in the column's own way of writing it: whole seconds, or days. */
function lowest({ zone, kind }: TimeColumn, since: number, now: number): string {
  // Whoever writes the times may be ahead of the clock we know.
  const wall = zone === null ? since : earliestWall(zone, since, Math.max(since, now) + dayMs);
  const text = new Date(Math.floor(wall / 1_000) * 1_000).toISOString();
  return kind === 'date' ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 19)}`;
}
