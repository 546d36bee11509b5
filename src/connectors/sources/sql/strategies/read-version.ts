import { z } from 'zod';
import { BadAnswer, Misconfigured } from '../../../contract/index.js';
import type { ChangesOptions, ChangesPage } from '../../../contract/index.js';
import { at } from '../entity.js';
import { readPage } from '../read-page.js';
import type { Column } from '../server.js';
import { Barrier, judge, stalledOf, type Horizon } from './barrier.js';
import { outlast } from './outlast.js';
import { changesOf, latest, readClock, type Feed, type StoredCursor } from './context.js';

/**
 * Numbers up to `passed` have all been seen. A window reads from there up to the newest there was when it began, what it
 * saw before included (it carries the versions it had, and is no news); then `passed` moves to the newest barrier that
 * was through before the window began.
 */
const Cursor = z.object({
  strategy: z.literal('version'),
  passed: z.string().nullable(),
  barriers: z.array(Barrier),
  stalled: z.array(z.string()).default([]),
  window: z
    .object({
      end: z.number(),
      upTo: z.string().nullable(),
      through: z.string().nullable(),
      after: z.tuple([z.string(), z.string()]).nullable(),
    })
    .nullable(),
  position: z.number().nullable(),
});
type Cursor = z.infer<typeof Cursor>;

/** More barriers than that are not kept: one that waits holds up those after it anyway. */
const mostBarriers = 16;

export async function readVersion(feed: Feed, stored: StoredCursor | null, options: ChangesOptions): Promise<ChangesPage> {
  const { entity, server, clock, size } = feed;
  const { version } = entity;
  if (version === null) throw new Misconfigured(`${entity.name} has no column \`version\` to tell changes by`);
  if (stored === null) return subscribe(feed, version, options);
  const cursor = await begin(feed, version, readCursor(stored), options);
  const { window } = cursor;
  const page =
    window.upTo === null
      ? { rows: [], more: false }
      : await server.run(options.signal, (session) =>
          readPage(entity, session, {
            ...{ clock, size, options },
            keyset: { columns: [version, entity.key], after: window.after },
            where: (values) => [
              ...(cursor.passed === null ? [] : [`${at(entity.dialect, version)} > ${values.cast(cursor.passed, version)}`]),
              `${at(entity.dialect, version)} <= ${values.cast(window.upTo ?? '', version)}`,
            ],
          }),
        );
  const changes = changesOf(page.rows, true);
  const last = page.rows.at(-1);
  if (page.more && last !== undefined && last.version !== null)
    return { changes, cursor: { ...cursor, window: { ...window, after: [last.version, last.key] } }, position: null, done: false };
  const position = latest(window.end, cursor.position);
  return { changes, cursor: { ...cursor, passed: window.through ?? cursor.passed, window: null, position }, position, done: true };
}

/**
 * What is written while a feed begins may bear lower numbers than are there already, and is not in the full pass that
 * follows if that has gone by it. So it is waited for, if only briefly; failing that, some numbers below are read again.
 */
async function subscribe(feed: Feed, version: Column, options: ChangesOptions): Promise<ChangesPage> {
  const now = await readClock(feed, options.signal);
  const newest = await readNewest(feed, version, options.signal);
  const waits = await outlast(feed.server, options.signal);
  const through = newest === null || waits?.length === 0;
  const passed = through ? newest : below(newest, feed.versionOverlap);
  const barriers = through ? [] : [{ upTo: newest, at: now, waits: waits === null ? null : [...waits] }];
  const cursor: Cursor = { strategy: 'version', passed, barriers, stalled: [], window: null, position: now };
  return { changes: [], cursor, position: now, done: true };
}

async function begin(
  feed: Feed,
  version: Column,
  cursor: Cursor,
  { overlapMs, signal }: ChangesOptions,
): Promise<Cursor & { readonly window: NonNullable<Cursor['window']> }> {
  if (cursor.window !== null) return { ...cursor, window: cursor.window };
  const now = await readClock(feed, signal);
  const newest = await readNewest(feed, version, signal);
  const writers = await feed.server.writers(signal);
  const stalled = stalledOf(feed, cursor.stalled, cursor.barriers, { now, writers });
  const { barriers, through } = advance(cursor, newest, { now, overlapMs, writers, stalled });
  // There is nothing above the newest: where that fell (rows were deleted, or an older state restored), so does what was passed.
  const passed = cursor.passed !== null && newest !== null && isBelow(newest, cursor.passed) ? newest : cursor.passed;
  return { ...cursor, passed, barriers: [...barriers], stalled, window: { end: now, upTo: newest, through, after: null } };
}

/** Sets up a barrier at the newest number; those that everybody is through are done with, the last of them tells how far. */
function advance(
  cursor: Cursor,
  newest: string | null,
  horizon: Horizon,
): { readonly barriers: readonly Barrier[]; readonly through: string | null } {
  const { now, writers } = horizon;
  const known = cursor.barriers.filter(({ upTo }) => newest === null || !isBelow(newest, upTo));
  const added =
    newest === null || known.length >= mostBarriers ? [] : [{ upTo: newest, at: now, waits: writers === null ? null : [...writers] }];
  const all = [...known, ...added];
  const index = all.findLastIndex((barrier) => judge(barrier, horizon) === 'through');
  return { barriers: all.slice(index + 1), through: all[index]?.upTo ?? null };
}

async function readNewest({ server, entity }: Feed, version: Column, signal: AbortSignal): Promise<string | null> {
  const newest = server.dialect.asText(`max(${at(server.dialect, version)})`);
  const { rows } = await server.run(signal, ({ query }) => query(`SELECT ${newest} AS newest FROM ${entity.from}`));
  return typeof rows[0]?.[0] === 'string' ? rows[0][0] : null;
}

function readCursor(stored: StoredCursor): Cursor {
  // Read in another way so far: where that stood among the numbers nobody knows, so all of them are new.
  if (stored.strategy !== 'version')
    return { strategy: 'version', passed: null, barriers: [], stalled: [], window: null, position: stored.position };
  const read = Cursor.safeParse(stored);
  if (!read.success) throw new BadAnswer('the read cursor of this feed was not written by this connector');
  return read.data;
}

/** Numbers may be larger than JavaScript's, and have decimals on a column that allows them. */
function isBelow(one: string, other: string): boolean {
  const [a = 0n, b = 0n] = [one, other].map(whole);
  return a === b ? Number(one) < Number(other) : a < b;
}

function below(number: string, by: number): string {
  return String(whole(number) - BigInt(by));
}

function whole(number: string): bigint {
  return BigInt(/^-?\d+/.exec(number)?.[0] ?? '0');
}
