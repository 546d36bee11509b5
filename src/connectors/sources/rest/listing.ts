import { createHash } from 'node:crypto';
import { BadAnswer, type Change, type JsonValue, type SourceRecord } from '../../contract/index.js';
import type { Entity, Paging, Request, Since } from './config.js';
import { at } from './json.js';
import { keyOf, readRecord } from './read-record.js';
import { nextPosition, placeValues, printOf, type PageOf, type Position } from './paging.js';
import { isAnswer, type Answer, type RestApi } from './rest-api.js';
import type { Values } from './template.js';

/** Something that is read page by page. */
export interface Listing {
  readonly request: Request;
  readonly paging: Paging;
  readonly records: string;
  readonly total: string | undefined;
  keyOf(row: JsonValue): string | null;
  /** Whether `{after}` is a number. */
  readonly numbers: boolean;
  /** Names the listing: a position belongs to it and to no other. */
  readonly print: string;
}

export interface ReadPage {
  readonly rows: readonly JsonValue[];
  readonly readFrom: number;
  readonly next: Position | null;
  readonly total: number | null;
  /** Rows have moved over the border before this page: some may have been passed over. */
  readonly moved: boolean;
}

/** Refusals of a place that an earlier answer gave: it expired, or means nothing any more. */
const expired = [400, 404, 410, 422];

/** Everything. */
export function everything(entity: Entity): Listing {
  const { records, total, paging, ...request } = entity.list;
  return named({ request, paging, records, total, keyOf: (row) => keyOf(entity, row), numbers: entity.keyAs === 'number' });
}

/** What changed since `{since}`. */
export function changed(entity: Entity): Listing & { readonly since: Since; changes(page: ReadPage): Change[] } {
  const all = everything(entity);
  const { query, body, since } = entity.changed;
  const request = { ...all.request, query: { ...all.request.query, ...query }, ...(body === undefined ? {} : { body }) };
  const asChange = ({ key, version, ...rest }: SourceRecord): Change => ({
    key,
    kind: 'updated',
    version,
    record: { key, version, ...rest },
  });
  const changes = ({ rows, readFrom }: ReadPage) => rows.flatMap((row) => readRecord(entity, row, readFrom) ?? []).map(asChange);
  return { ...named({ ...all, request }), since, changes };
}

/** What was deleted since `{since}`, where the API keeps a list of it. */
export function deleted({ deleted: feed, keyAs }: Entity): (Listing & { readonly since: Since; changes(page: ReadPage): Change[] }) | null {
  if (feed === undefined) return null;
  const { records, paging, since, key, id, ...request } = feed;
  // The list may name as text what is a number elsewhere.
  const keyIn = (row: JsonValue) => keyOf({ key, keyAs: 'text' }, row) ?? (keyAs === 'number' ? keyOf({ key, keyAs }, row) : null);
  const ownId = (row: JsonValue) => keyOf({ key: id, keyAs: 'text' }, row) ?? keyOf({ key: id, keyAs: 'number' }, row);
  const changes = ({ rows }: ReadPage) =>
    rows.flatMap((row): Change[] => {
      const [gone, entry] = [keyIn(row), ownId(row)];
      const version = entry === null ? null : { id: `deleted ${entry}`, order: null, closed: true };
      return gone === null ? [] : [{ key: gone, kind: 'deleted', version }];
    });
  return { ...named({ request, paging, records, total: undefined, keyOf: ownId, numbers: false }), since, changes };
}

/** A page; null where the API does not know its place any more. */
export async function readPage(
  api: RestApi,
  listing: Listing,
  values: Values,
  position: Position | null,
  signal: AbortSignal,
): Promise<ReadPage | null> {
  const answer = await ask(api, listing, values, position?.at ?? null, signal);
  if (answer === null) return null;
  const page = pageOf(api, listing, answer);
  const next = nextPosition(api.connection, listing.paging, page, position);
  return {
    rows: page.rows,
    readFrom: answer.readFrom,
    next,
    total: page.total,
    moved: await hasMoved(api, listing, values, position, signal),
  };
}

async function ask(
  api: RestApi,
  { request, paging, numbers }: Listing,
  values: Values,
  place: Position['at'] | null,
  signal: AbortSignal,
): Promise<Answer | null> {
  const given = place !== null && (paging.kind === 'link' || paging.kind === 'cursor');
  const answer =
    paging.kind === 'link' && place !== null
      ? await api.follow(request, String(place), signal, expired)
      : await api.ask(request, { ...values, ...placeValues(paging, place, numbers) }, signal, given ? expired : []);
  return isAnswer(answer) ? answer : null;
}

/**
 * Numbers are counted from the beginning: what is removed before a border pulls the next page's first row over to a page that
 * was read already. Comparing counts is not enough, one may have gone and another come; so the page before is read once
 * more, after the one behind it.
 */
async function hasMoved(api: RestApi, listing: Listing, values: Values, position: Position | null, signal: AbortSignal): Promise<boolean> {
  if (position === null || position.before === null) return false;
  const answer = await ask(api, listing, values, position.before.at, signal);
  return answer === null || printOf(pageOf(api, listing, answer)) !== position.before.print;
}

function pageOf({ connection }: RestApi, listing: Listing, { body, headers }: Answer): PageOf {
  const rows = at(body, listing.records);
  // An answer of another shape is not an empty listing: that would look like a catalogue without products.
  if (!Array.isArray(rows)) throw new BadAnswer(`${connection}: an answer has no list at ${listing.records || 'its top'}`);
  const total = listing.total === undefined ? undefined : at(body, listing.total);
  return { body, headers, rows, keys: rows.map((row) => listing.keyOf(row)), total: typeof total === 'number' ? total : null };
}

function named(listing: Omit<Listing, 'print'>): Listing {
  const print = createHash('sha256').update(JSON.stringify(listing)).digest('base64url').slice(0, 16);
  return { ...listing, print };
}
