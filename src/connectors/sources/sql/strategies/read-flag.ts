import { z } from 'zod';
import { BadAnswer, Misconfigured } from '../../../contract/index.js';
import type { ChangesOptions, ChangesPage } from '../../../contract/index.js';
import type { EntityConfig } from '../config.js';
import { at } from '../entity.js';
import { readPage } from '../read-page.js';
import { changesOf, latest, readClock, type Feed, type StoredCursor } from './context.js';

/** A round through every marked row, by key: rows whose mark stays do not stand in front of the others (rule 18). */
const Cursor = z.object({
  strategy: z.literal('flag'),
  /** The source's clock when the round began; null between rounds. */
  end: z.number().nullable(),
  after: z.string().nullable(),
  position: z.number().nullable(),
});

export async function readFlag(feed: Feed, stored: StoredCursor | null, options: ChangesOptions): Promise<ChangesPage> {
  const { entity, server, clock, size } = feed;
  const { flag } = entity;
  if (flag === null) throw new Misconfigured(`${entity.name} has no column \`flag\` to tell changes by`);
  const cursor = readCursor(stored);
  const end = cursor.end ?? (await readClock(feed, options.signal));
  // What is marked stays so: a new feed finds it in its first round.
  if (stored === null) return { changes: [], cursor: { ...cursor, position: end }, position: end, done: true };
  const page = await server.run(options.signal, (session) =>
    readPage(entity, session, {
      ...{ clock, size, options },
      keyset: { columns: [entity.key], after: cursor.after === null ? null : [cursor.after] },
      where: (values) => [`${at(entity.dialect, flag)} = ${values.cast(flag.changed, flag)}`],
    }),
  );
  // A record read before its mark is taken off may be older than an edit that the mark stood for as well.
  const changes = changesOf(page.rows, hasVersions(entity.config));
  const last = page.rows.at(-1);
  if (page.more && last !== undefined) return { changes, cursor: { ...cursor, end, after: last.key }, position: null, done: false };
  const position = latest(end, cursor.position);
  return { changes, cursor: { ...cursor, end: null, after: null, position }, position, done: true };
}

/** Whether a mark can be taken off one version and left on the next. */
export function hasVersions({ version, modified }: EntityConfig): boolean {
  return version !== undefined || modified !== undefined;
}

function readCursor(stored: StoredCursor | null): z.infer<typeof Cursor> {
  // Where another strategy stood does not matter: the marks are in the table.
  if (stored?.strategy !== 'flag') return { strategy: 'flag', end: null, after: null, position: stored?.position ?? null };
  const read = Cursor.safeParse(stored);
  if (!read.success) throw new BadAnswer('the read cursor of this feed was not written by this connector');
  return read.data;
}
