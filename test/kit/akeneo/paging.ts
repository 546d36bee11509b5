import { unprocessable } from './akeneo-error.js';
import type { Call } from './route.js';
import { JsonText } from './route.js';
import { firstNotBefore } from './sorted-records.js';

export interface Listing<Record> {
  /** In the order they are listed. */
  readonly records: readonly Record[];
  /** Those of them that are asked for; all by default. */
  readonly matches?: (record: Record) => boolean;
  /** What `search_after` goes by, and `records` are sorted by; absent where only pages are known. */
  readonly idOf?: (record: Record) => string;
  /** JSON of a record, an object. */
  readonly textOf: (record: Record) => string;
  /** Where a record stands below `/api/rest/v1`. */
  readonly selfOf: (record: Record) => string;
}

type Asked = Pick<Call, 'origin' | 'path' | 'query' | 'positions'>;
type Links = { [name: string]: { readonly href: string } };

const documentation = 'http://api.akeneo.com/documentation/pagination.html#the-search-after-method';

/** A page of a listing with Akeneo's links. https://api.akeneo.com/documentation/pagination.html */
export function page<Record>(asked: Asked, listing: Listing<Record>): JsonText {
  const limit = limitOf(asked.query);
  const type = asked.query.get('pagination_type') ?? 'page';
  if (type !== 'page' && type !== 'search_after') throw unprocessable('Pagination type does not exist.', documentation);
  return type === 'search_after' && listing.idOf ? searchAfter(asked, listing, listing.idOf, limit) : offset(asked, listing, limit);
}

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') ?? '10';
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) throw unprocessable(`"${text}" is not a valid limit number.`);
  if (limit > 100) throw unprocessable('You cannot request more than 100 items.');
  return limit;
}

function searchAfter<Record>(asked: Asked, listing: Listing<Record>, idOf: (record: Record) => string, limit: number): JsonText {
  if (asked.query.get('with_count') === 'true') throw unprocessable('with_count is not available with the search_after pagination.');
  const { records, matches = () => true } = listing;
  const position = asked.query.get('search_after');
  const after = position === null ? null : asked.positions.read(position);
  // Read no further than one beyond the page: a walk through the listing looks at each record once.
  const found: Record[] = [];
  let at = after === null ? 0 : firstNotBefore(records, idOf, after);
  for (; at < records.length && found.length <= limit; at++) {
    const record = records[at] as Record;
    if (idOf(record) !== after && matches(record)) found.push(record);
  }
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const links: Links = { self: link(asked, {}), first: link(asked, { search_after: null }) };
  if (last !== undefined && found.length > limit) links.next = link(asked, { search_after: asked.positions.write(idOf(last)) });
  return written(asked, listing, links, {}, shown);
}

function offset<Record>(asked: Asked, listing: Listing<Record>, limit: number): JsonText {
  const current = Number(asked.query.get('page') ?? '1');
  if (!Number.isInteger(current) || current < 1) throw unprocessable(`"${asked.query.get('page')}" is not a valid page number.`);
  if (listing.idOf && current * limit > 10_000) {
    throw unprocessable(
      'You have reached the maximum number of pages you can retrieve with the "page" pagination type. Please use the search after pagination type instead',
      documentation,
    );
  }
  const records = listing.matches ? listing.records.filter(listing.matches) : listing.records;
  const start = (current - 1) * limit;
  const links: Links = { self: link(asked, { page: current }), first: link(asked, { page: 1 }) };
  if (current > 1) links.previous = link(asked, { page: current - 1 });
  if (start + limit < records.length) links.next = link(asked, { page: current + 1 });
  const count = asked.query.get('with_count') === 'true' ? { items_count: records.length } : {};
  return written(asked, listing, links, { current_page: current, ...count }, records.slice(start, start + limit));
}

function written<Record>(
  { origin }: Asked,
  { textOf, selfOf }: Listing<Record>,
  _links: Links,
  rest: object,
  records: readonly Record[],
): JsonText {
  const items = records.map((record) => {
    const self = JSON.stringify({ self: { href: `${origin}/api/rest/v1${selfOf(record)}` } });
    return `{"_links":${self},${textOf(record).slice(1)}`;
  });
  return new JsonText(`${JSON.stringify({ _links, ...rest }).slice(0, -1)},"_embedded":{"items":[${items.join(',')}]}}`);
}

function link({ origin, path, query }: Asked, changes: Readonly<{ [name: string]: string | number | null }>): { href: string } {
  const params = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) params.delete(name);
    else params.set(name, String(value));
  }
  return { href: `${origin}${path}?${params.toString()}` };
}
