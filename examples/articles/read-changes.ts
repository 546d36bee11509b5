import { z } from 'zod';
import { BadAnswer, type ChangesOptions, type ChangesPage, type JsonValue } from '../../src/connectors/contract/index.js';
import type { ArticlesApi } from './articles-api.js';

/** A window of `changed`: from where it started, up to what the PIM's clock showed when its first page was read. */
const Cursor = z.object({ start: z.number(), end: z.number().nullable(), after: z.string().optional() });

export async function readChanges(api: ArticlesApi, cursor: JsonValue | null, { overlapMs, signal }: ChangesOptions): Promise<ChangesPage> {
  // A new feed begins now: the past is a full pass's.
  if (cursor === null) {
    const { clock } = await api.list({ limit: 1 }, signal);
    return { changes: [], cursor: { start: clock, end: null }, position: clock, done: true };
  }
  const at = readCursor(cursor);
  // The filter stays the same to the last page; only the key moves, so that an edit in between shifts no page.
  const since = new Date(at.start - overlapMs).toISOString();
  const { records, more, clock } = await api.list({ changed_since: since, after: at.after, limit: 100 }, signal);
  const changes = records.map((record) => ({ key: record.key, kind: 'updated' as const, version: record.version, record }));
  const end = at.end ?? clock;
  const last = records.at(-1)?.key;
  if (more && last !== undefined) return { changes, cursor: { start: at.start, end, after: last }, position: null, done: false };
  return { changes, cursor: { start: end, end: null }, position: end, done: true };
}

function readCursor(cursor: JsonValue): z.infer<typeof Cursor> {
  const read = Cursor.safeParse(cursor);
  if (!read.success) throw new BadAnswer('the read cursor of this feed was not written by this connector');
  return read.data;
}
