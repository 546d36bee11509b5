import type { Change, ChangesOptions, ChangesPage, JsonValue } from '../../contract/index.js';
import { type ChangeCursor, closedCursor, readCursor, type Root, unread } from './change-cursor.js';
import type { PimcoreApi } from './pimcore-api.js';
import { beginning, type Listing, type Node, type Page, readPage } from './read-page.js';
import { readRecord } from './read-record.js';
import { ancestorsOf } from './read-version.js';
import { text } from './json.js';

type Options = ChangesOptions & { readonly withRecords: boolean };

/**
 * What was edited since. The filter's time stays the same to the last page and only the id moves: what is edited
 * in between comes in again at the end of this window or with the next.
 */
export async function readChanges(api: PimcoreApi, listing: Listing, cursor: JsonValue | null, options: Options): Promise<ChangesPage> {
  if (cursor === null) return subscribe(api, listing, options.signal);
  const read = readCursor(cursor);
  const at = read.selection === null || read.selection === listing.selection.fingerprint ? read : { ...read, ...unread };
  if (at.below !== null) return readBelow(api, listing, at, at.below, options);
  const capturedAt = at.end === null ? Date.now() : at.capturedAt;
  const seconds = Math.floor((at.start - options.overlapMs) / 1000);
  const edited: Listing = { ...listing, conditions: [...listing.conditions, { kind: 'modified-since', seconds }] };
  const page = await readPage(api, edited, at.next ?? beginning, options.signal);
  const changes = page.nodes.map((node) => changeOf(node, listing, page, options));
  if (at.end === null && wasSetBack(at, page, options.overlapMs))
    return { changes, cursor: { ...at, ...unread, start: page.readFrom - elapsed(at) }, position: null, done: false };
  const roots = listing.selection.inherits ? rootsOf(page.nodes) : [];
  const below = roots.length === 0 ? null : { roots, at: beginning };
  return after(
    { ...at, end: at.end ?? page.readFrom, capturedAt, next: page.next, below, selection: listing.selection.fingerprint },
    changes,
  );
}

/** A new feed begins at the PIM's present time; the past is a full pass's. */
async function subscribe(api: PimcoreApi, listing: Listing, signal: AbortSignal): Promise<ChangesPage> {
  const capturedAt = Date.now();
  const { readFrom } = await readPage(api, listing, beginning, signal, 1);
  return { changes: [], cursor: closedCursor(readFrom, capturedAt, readFrom), position: readFrom, done: true };
}

/**
 * Editing an object changes what inherits from it without touching its `modificationDate`: it is listed too. Where the
 * record's version does not tell of that object (a folder that cannot be read stands between), it is always news.
 */
async function readBelow(
  api: PimcoreApi,
  listing: Listing,
  at: ChangeCursor,
  { roots, at: place }: NonNullable<ChangeCursor['below']>,
  options: Options,
): Promise<ChangesPage> {
  const below: Listing = { ...listing, conditions: [...listing.conditions, { kind: 'below', paths: roots.map(({ path }) => path) }] };
  const page = await readPage(api, below, place, options.signal);
  const changes = page.nodes.map((node) => {
    const change = changeOf(node, listing, page, options);
    return tellsOf(node, roots) ? change : { ...change, version: null };
  });
  return after({ ...at, below: page.next === null ? null : { roots, at: page.next } }, changes);
}

/** Where the window goes on, or its end. */
function after(at: ChangeCursor, changes: readonly Change[]): ChangesPage {
  if (at.next !== null || at.below !== null) return { changes, cursor: at, position: null, done: false };
  const closed = Math.max(at.end ?? at.start, at.start);
  // What was told once is never taken back (rule 15), even if it was told by a clock that was wrong.
  const position = Math.max(closed, at.position ?? closed);
  return { changes, cursor: closedCursor(closed, at.capturedAt, position), position, done: true };
}

function changeOf(node: Node, { selection }: Listing, { readFrom }: Page, { withRecords }: Pick<Options, 'withRecords'>): Change {
  const record = readRecord(node, selection, readFrom);
  return { key: node.key, kind: 'updated', version: record.version, ...(withRecords ? { record } : {}) };
}

/** Those whose path is known; what lies below another of them is below that one anyway. */
function rootsOf(nodes: readonly Node[]): Root[] {
  const all = nodes.flatMap(({ key, fields }) => {
    const path = text(fields.fullpath);
    return path === null ? [] : [{ id: key, path }];
  });
  return all.filter(({ path }) => !all.some((other) => path.startsWith(`${other.path}/`)));
}

function tellsOf({ fields }: Node, roots: readonly Root[]): boolean {
  const path = text(fields.fullpath) ?? '';
  const ids = new Set(ancestorsOf(fields).map(({ id }) => id));
  return roots.filter((root) => path.startsWith(`${root.path}/`)).every(({ id }) => ids.has(id));
}

/**
 * A window that would begin in the PIM's future: its clock was ahead, and was set right. What is edited
 * from then on carries earlier times than the window asks for, and would be missed for as long as it was ahead.
 */
function wasSetBack(at: ChangeCursor, page: Page, overlapMs: number): boolean {
  return page.readFrom < at.start - overlapMs / 2;
}

/** How long ago the window's start was the PIM's present, by our own clock: the PIM's cannot tell. */
function elapsed({ capturedAt }: ChangeCursor): number {
  return capturedAt === null ? 0 : Math.max(0, Date.now() - capturedAt);
}
