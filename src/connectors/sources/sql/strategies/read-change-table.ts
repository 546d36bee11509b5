import { z } from 'zod';
import { BadAnswer, Misconfigured } from '../../../contract/index.js';
import type { ChangesOptions, ChangesPage } from '../../../contract/index.js';
import { qualified } from '../server.js';
import { judge, stalledOf } from './barrier.js';
import { latest, readClock, type Feed, type StoredCursor } from './context.js';
import { outlast } from './outlast.js';
import { coarsened, Ranges, without } from './ranges.js';
import { readNotes, type NotesRead } from './read-notes.js';

/**
 * Numbers that had no row when they were read, with the barrier they wait behind: a transaction that is still open may
 * have drawn them. Those that have none when everybody is through belong to nobody.
 */
const Gaps = z.object({ at: z.number(), waits: z.array(z.string()).nullable(), ranges: Ranges });
type Gaps = z.infer<typeof Gaps>;
const Part = Gaps.extend({ missing: Ranges, through: z.boolean() });
type Part = z.infer<typeof Part>;

/** Everything up to `upTo` was read, but for the gaps. A window reads those once more, and then what is new. */
const Cursor = z.object({
  strategy: z.literal('changes'),
  upTo: z.string(),
  gaps: z.array(Gaps),
  stalled: z.array(z.string()).default([]),
  window: z.object({ end: z.number(), upTo: z.string(), parts: z.array(Part), stalled: z.array(z.string()).default([]) }).nullable(),
  position: z.number().nullable(),
});
type Cursor = z.infer<typeof Cursor>;
type Window = NonNullable<Cursor['window']>;

/** More than that are taken together: their rows may then be named twice. */
const mostGaps = 16;
const mostRanges = 500;
/** Statements that one page takes at most. */
const mostReads = 20;

export async function readChangeTable(feed: Feed, stored: StoredCursor | null, options: ChangesOptions): Promise<ChangesPage> {
  if (stored === null) return subscribe(feed, options);
  const cursor = readCursor(stored);
  const { parts: begun, ...window } = cursor.window ?? (await begin(feed, cursor, options));
  let parts: readonly Part[] = begun;
  let changes: NotesRead['changes'] = [];
  // Where a part has nothing for this entity, the next is read at once.
  for (let reads = 0; reads < mostReads && changes.length === 0 && isUnread(parts); reads += 1) {
    const index = parts.findIndex(({ ranges }) => ranges.length > 0);
    const read = await readNotes(feed, parts[index]?.ranges ?? [], options);
    parts = parts.map((one, at) => (at === index ? { ...one, ranges: read.rest, missing: [...one.missing, ...read.missing] } : one));
    ({ changes } = read);
  }
  if (isUnread(parts)) return { changes, cursor: { ...cursor, window: { ...window, parts: [...parts] } }, position: null, done: false };
  const position = latest(window.end, cursor.position);
  const gaps = parts.flatMap(({ at, waits, missing, through }) =>
    through || missing.length === 0 ? [] : [{ at, waits, ranges: missing }],
  );
  return {
    changes,
    cursor: { ...cursor, upTo: window.upTo, gaps: fewer(gaps), stalled: window.stalled, window: null, position },
    position,
    done: true,
  };
}

function isUnread(parts: readonly Part[]): boolean {
  return parts.some(({ ranges }) => ranges.length > 0);
}

/** Who is writing now may commit numbers below the newest: he is waited for, and what still lacks then stays a gap. */
async function subscribe(feed: Feed, { signal }: ChangesOptions): Promise<ChangesPage> {
  const now = await readClock(feed, signal);
  const newest = (await readEnds(feed, signal))?.newest ?? 0n;
  const waits = await outlast(feed.server, signal);
  const below = newest > BigInt(feed.versionOverlap) ? newest - BigInt(feed.versionOverlap) : 0n;
  const recent: Ranges = newest === below ? [] : [[String(below + 1n), String(newest)]];
  const ranges = waits?.length === 0 ? [] : without(recent, await readNumbers(feed, below, newest, signal));
  const gaps = ranges.length === 0 ? [] : [{ at: now, waits: waits === null ? null : [...waits], ranges }];
  const cursor: Cursor = { strategy: 'changes', upTo: String(newest), gaps: fewer(gaps), stalled: [], window: null, position: now };
  return { changes: [], cursor, position: now, done: true };
}

async function begin(feed: Feed, cursor: Cursor, { overlapMs, signal }: ChangesOptions): Promise<Window> {
  const now = await readClock(feed, signal);
  const ends = await readEnds(feed, signal);
  const newest = ends?.newest ?? BigInt(cursor.upTo);
  const writers = await feed.server.writers(signal);
  const { upTo, gaps } = known(feed, cursor, ends);
  const fresh: Ranges = newest > upTo ? [[String(upTo + 1n), String(newest)]] : [];
  const stalled = stalledOf(feed, cursor.stalled, gaps, { now, writers });
  const parts = [...gaps, { at: now, waits: writers === null ? null : [...writers], ranges: fresh }].map((one) => ({
    ...one,
    missing: [],
    through: judge(one, { now, writers, overlapMs, stalled }) === 'through',
  }));
  return { end: now, upTo: String(newest), parts, stalled };
}

/** What was read before, unless the table is another one now. */
function known({ entity, log }: Feed, cursor: Cursor, ends: Ends | null): { readonly upTo: bigint; readonly gaps: readonly Gaps[] } {
  const upTo = BigInt(cursor.upTo);
  if (ends === null) return { upTo, gaps: cursor.gaps };
  if (ends.newest < upTo) {
    log.warn('a change table begins anew: what was not read of the old one is found by the next full pass', { entity: entity.name });
    return { upTo: 0n, gaps: [] };
  }
  if (upTo > 0n && ends.oldest > upTo + 1n)
    log.warn('rows may have been removed from a change table before they were read: a full pass finds what they said', {
      entity: entity.name,
    });
  return { upTo, gaps: cursor.gaps };
}

interface Ends {
  readonly oldest: bigint;
  readonly newest: bigint;
}

/** Null of an empty table: one that was emptied goes on counting where it was. */
async function readEnds({ server, entity }: Feed, signal: AbortSignal): Promise<Ends | null> {
  const { dialect } = server;
  const sequence = dialect.name('sequence');
  const ends = `SELECT ${dialect.asText(`min(${sequence})`)} AS oldest, ${dialect.asText(`max(${sequence})`)} AS newest`;
  const { rows } = await server.run(signal, ({ query }) => query(`${ends} FROM ${tableOf(entity)}`));
  const [oldest, newest] = rows[0] ?? [];
  return typeof oldest === 'string' && typeof newest === 'string' ? { oldest: BigInt(oldest), newest: BigInt(newest) } : null;
}

async function readNumbers({ server, entity }: Feed, below: bigint, newest: bigint, signal: AbortSignal): Promise<bigint[]> {
  const { dialect } = server;
  const sequence = dialect.name('sequence');
  const text = `SELECT ${dialect.asText(sequence)} AS n FROM ${tableOf(entity)} WHERE ${sequence} > ${below} AND ${sequence} <= ${newest} ORDER BY ${sequence}`;
  return (await server.run(signal, ({ query }) => query(text))).rows.map(([number]) => BigInt(String(number)));
}

function tableOf({ config, dialect, name }: Feed['entity']): string {
  if (config.changes === undefined) throw new Misconfigured(`${name} has no table \`changes\` to tell changes by`);
  return qualified(dialect, config.changes.table);
}

function fewer(gaps: readonly Gaps[]): Gaps[] {
  const few = gaps.slice(0, mostGaps - 1);
  const rest = gaps.slice(mostGaps - 1);
  const last = rest.at(-1);
  const all = last === undefined ? few : [...few, { ...last, waits: allWaits(rest), ranges: rest.flatMap(({ ranges }) => ranges) }];
  return all.map((one) => ({ ...one, ranges: coarsened(one.ranges, mostRanges) }));
}

function allWaits(gaps: readonly Gaps[]): string[] | null {
  return gaps.some(({ waits }) => waits === null) ? null : [...new Set(gaps.flatMap(({ waits }) => waits ?? []))];
}

function readCursor(stored: StoredCursor): Cursor {
  // Read in another way so far: whatever the triggers have written since they are there is new.
  if (stored.strategy !== 'changes')
    return { strategy: 'changes', upTo: '0', gaps: [], stalled: [], window: null, position: stored.position };
  const read = Cursor.safeParse(stored);
  if (!read.success) throw new BadAnswer('the read cursor of this feed was not written by this connector');
  return read.data;
}
