import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BadAnswer } from '../../contract/index.js';
import type { Change, ChangesPage, JsonObject, JsonValue, Needs } from '../../contract/index.js';
import type { AkeneoApi } from './akeneo-api.js';
import { text } from './json.js';
import type { AkeneoStructure } from './read-structure.js';

/** By listing: what each of its objects looked like when it was listed last, by code. */
const Cursor = z.object({ prints: z.record(z.string(), z.record(z.string(), z.string())) });
type Prints = z.infer<typeof Cursor>['prints'];

/** A kind of object that Akeneo hands out without the time of its last edit. */
export interface Printed {
  /** Listings to compare, by name: the route of each. */
  listings(needs: Needs, signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Key of an object of a listing. */
  keyOf(listing: string, code: string): string;
}

export const family: Printed = {
  listings: () => Promise.resolve(new Map([['families', '/families']])),
  keyOf: (_, code) => code,
};

/** Options of the selects that are mapped: a call for each attribute, and for every hundred options. */
export function attributeOption(structure: (signal: AbortSignal) => Promise<AkeneoStructure>): Printed {
  return {
    async listings({ attributes: wanted }, signal) {
      const { attributes } = await structure(signal);
      const selects = attributes.filter(({ type, code }) => /^(multi)?select$/.test(type) && (wanted === null || wanted.includes(code)));
      return new Map(selects.map(({ code }) => [code, `/attributes/${encodeURIComponent(code)}/options`]));
    },
    keyOf: (attribute, option) => `${attribute}/${option}`,
  };
}

/**
 * What changed since the listings were compared last, deletions included. Families can be filtered by their last
 * edit, which says nothing of those that are gone; options cannot ("an option update isn't considered as an attribute update",
 * https://api.akeneo.com/documentation/filter.html#by-update-date-3). A listing that was not compared before begins now.
 */
export async function readPrints(
  api: AkeneoApi,
  printed: Printed,
  cursor: JsonValue | null,
  { needs, signal }: { readonly needs: Needs; readonly signal: AbortSignal },
): Promise<ChangesPage> {
  const before = cursor === null ? {} : readCursor(cursor);
  const after: Prints = {};
  const changes: Change[] = [];
  let position: number | null = null;
  for (const [name, path] of await printed.listings(needs, signal)) {
    const { items, readFrom } = await api.listFrom(path, signal);
    position = Math.min(position ?? readFrom, readFrom);
    const now = printsOf(items);
    after[name] = now;
    const known = Object.hasOwn(before, name) ? before[name] : undefined;
    if (known) changes.push(...differences(known, now).map(({ code, kind }) => ({ key: printed.keyOf(name, code), kind, version: null })));
  }
  return { changes, cursor: { prints: after }, position, done: true };
}

type Difference = Pick<Change, 'kind'> & { readonly code: string };

function differences(before: Prints[string], now: Prints[string]): Difference[] {
  const seen = Object.entries(now).flatMap(([code, print]): Difference[] => {
    if (!Object.hasOwn(before, code)) return [{ code, kind: 'created' }];
    return before[code] === print ? [] : [{ code, kind: 'updated' }];
  });
  const gone = Object.keys(before).filter((code) => !Object.hasOwn(now, code));
  return [...seen, ...gone.map((code): Difference => ({ code, kind: 'deleted' }))];
}

function printsOf(items: readonly JsonObject[]): Prints[string] {
  return Object.fromEntries(
    items.flatMap(({ _links: _, ...item }) => {
      const code = text(item.code);
      const print = createHash('sha256').update(JSON.stringify(item)).digest('base64url').slice(0, 10);
      return code === null ? [] : [[code, print]];
    }),
  );
}

function readCursor(cursor: JsonValue): Prints {
  const read = Cursor.safeParse(cursor);
  if (!read.success) throw new BadAnswer('the read cursor of this feed was not written by this connector');
  return read.data.prints;
}
