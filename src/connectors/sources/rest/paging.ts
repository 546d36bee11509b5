import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BadAnswer, type JsonValue } from '../../contract/index.js';
import type { Paging } from './config.js';
import { at as valueAt } from './json.js';
import type { Values } from './template.js';

const Place = z.union([z.string(), z.number()]);

/** Where a listing goes on. */
export const Position = z.object({
  /** A number of a page, an offset, the last key, a cursor or a link. */
  at: Place,
  /** Records read so far. */
  seen: z.number(),
  /** The page before a border of numbers, and a print of the keys that stood on it; null where the API sees to its borders itself. */
  before: z.object({ at: z.number(), print: z.string() }).nullable(),
  /** A place that was passed: coming there again is a loop. It moves on after 1, 2, 4, … pages, so that a loop of any length is met (Brent). */
  mark: z.object({ at: Place.nullable(), power: z.number(), left: z.number() }),
});
export type Position = z.infer<typeof Position>;

/** A page as the decision needs it. */
export interface PageOf {
  readonly body: JsonValue;
  readonly headers: Readonly<Record<string, string>>;
  readonly rows: readonly JsonValue[];
  /** Of each row; null where it has none. */
  readonly keys: readonly (string | null)[];
  readonly total: number | null;
}

/** What a request for this place is filled with. */
export function placeValues(paging: Paging, at: Position['at'] | null, numbers: boolean): Values {
  switch (paging.kind) {
    case 'none':
      return {};
    case 'page':
      return { size: paging.size, page: Number(at ?? paging.first) };
    case 'offset':
      return { size: paging.size, offset: Number(at ?? 0) };
    case 'keyset':
      return { size: paging.size, after: at === null ? undefined : numbers ? Number(at) : at };
    case 'cursor':
      return { size: paging.size, cursor: at === null ? undefined : String(at) };
    case 'link':
      return { size: paging.size };
  }
}

/** Where a page is followed by another; null at the end. Throws where it leads to one that was read already. */
export function nextPosition(connection: string, paging: Paging, page: PageOf, from: Position | null): Position | null {
  const at = placeAfter(connection, paging, page, from);
  if (at === null) return null;
  const seen = (from?.seen ?? 0) + page.rows.length;
  const numbered = paging.kind === 'page' || paging.kind === 'offset';
  const print = printOf(page);
  if (numbered && from?.before?.print === print)
    throw new BadAnswer(`${connection}: a page is the same as the one before it: do its numbers reach the API?`);
  const here = from?.at ?? (paging.kind === 'page' ? paging.first : 0);
  const before = numbered ? { at: Number(here), print } : null;
  return { at, seen, before, mark: markAfter(connection, from, at) };
}

export function printOf({ keys }: Pick<PageOf, 'keys'>): string {
  return createHash('sha256').update(JSON.stringify(keys)).digest('base64url').slice(0, 16);
}

/**
 * Numbered pages end with an empty one: an API may give less than it was asked for, so that a page that is not full proves
 * nothing unless the total agrees.
 */
function placeAfter(connection: string, paging: Paging, page: PageOf, from: Position | null): Position['at'] | null {
  const { rows, total } = page;
  const seen = (from?.seen ?? 0) + rows.length;
  switch (paging.kind) {
    case 'none':
      return null;
    case 'page':
    case 'offset': {
      if (rows.length === 0 || (rows.length < paging.size && total !== null && seen >= total)) return null;
      return paging.kind === 'page' ? Number(from?.at ?? paging.first) + 1 : seen;
    }
    case 'keyset':
      return rows.length === 0 ? null : lastKey(connection, page.keys);
    case 'cursor':
      return placeIn(connection, valueAt(page.body, paging.next));
    case 'link':
      return paging.next === undefined ? linkIn(page.headers.link) : placeIn(connection, valueAt(page.body, paging.next));
  }
}

function lastKey(connection: string, keys: readonly (string | null)[]): string {
  const last = keys.findLast((key) => key !== null);
  if (last === undefined || last === null) throw new BadAnswer(`${connection}: a page without a single key leads nowhere`);
  return last;
}

function placeIn(connection: string, value: JsonValue | undefined): Position['at'] | null {
  if (value === undefined || value === null || value === '' || value === false) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new BadAnswer(`${connection}: what leads to the next page is neither text nor number`);
}

/** The target of rel="next". https://www.rfc-editor.org/rfc/rfc8288 */
function linkIn(header: string | undefined): string | null {
  for (const [, target = '', parameters = ''] of (header ?? '').matchAll(/<([^>]*)>((?:\s*;\s*[^,;"]+(?:"[^"]*")?)*)/g))
    if (/;\s*rel\s*=\s*("([^"]*\s)?next(\s[^"]*)?"|next\b)/i.test(parameters)) return target;
  return null;
}

function markAfter(connection: string, from: Position | null, at: Position['at']): Position['mark'] {
  const { mark } = from ?? { mark: { at: null, power: 1, left: 1 } };
  if (at === mark.at || at === from?.at) throw new BadAnswer(`${connection}: pages lead round in a circle`);
  return mark.left > 1 ? { ...mark, left: mark.left - 1 } : { at, power: mark.power * 2, left: mark.power * 2 };
}
