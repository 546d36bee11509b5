import { createHash } from 'node:crypto';
import type { SourceRecord } from '../../contract/index.js';
import type { Page, Query, Search } from './akeneo-api.js';
import type { Entity, Reading } from './entity.js';

/** A page and its records, in the order of its items; `null` for what has no key. */
export interface ReadPage {
  readonly page: Page;
  readonly records: readonly SourceRecord[];
}

/**
 * Reads a page and what its records need besides. Where that had to be fetched, the page is read once
 * more: a version must never be younger than the data it stands on, or an edit in between would be
 * taken for seen.
 */
export async function readPage(
  entity: Entity,
  read: () => Promise<Page>,
  since: number,
  reading: Omit<Reading, 'readFrom' | 'since'>,
): Promise<ReadPage> {
  let page = await read();
  if (!(await entity.prepared(page.items, since, reading.signal))) page = await read();
  return { page, records: await entity.records(page.items, { ...reading, since, readFrom: page.readFrom }) };
}

/** Names a query: a position belongs to the listing it was given for and to no other. */
export function fingerprint(query: Query): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 16);
}

/** A listing of what `search` finds, as the entity pages. */
export function listing(entity: Entity, query: Query, search: Search = {}): Query {
  const paging = entity.paging === 'search_after' ? { pagination_type: 'search_after' } : { with_count: true };
  const criteria = query.scope === undefined ? search : { ...inAnyTree, ...search };
  return { ...paging, limit: 100, ...query, search: Object.keys(criteria).length === 0 ? undefined : JSON.stringify(criteria) };
}

/**
 * A `scope` asks for the values of one channel, and lists only what stands in that channel's category tree
 * unless the search says something of categories: this says nothing, and every product is listed.
 * https://api.akeneo.com/documentation/filter.html#via-channel,
 * ApplyProductSearchQueryParametersToPQB and CategoryFilter in akeneo/pim-community-dev
 */
const inAnyTree: Search = { categories: [{ operator: 'NOT IN', value: [] }] };
