import { createHash } from 'node:crypto';
import type { SourceRecord } from '../../contract/index.js';
import type { Page, Query } from './akeneo-api.js';
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
  reading: Omit<Reading, 'readFrom'>,
): Promise<ReadPage> {
  let page = await read();
  if (!(await entity.prepared(page.items, since, reading.signal))) page = await read();
  return { page, records: await entity.records(page.items, { ...reading, readFrom: page.readFrom }) };
}

/** Names a query: a position belongs to the listing it was given for and to no other. */
export function fingerprint(query: Query): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 16);
}

export function listing(entity: Entity, query: Query): Query {
  const paging = entity.paging === 'search_after' ? { pagination_type: 'search_after' } : { with_count: true };
  return { ...paging, limit: 100, ...query };
}
