import { z } from 'zod';
import { BadAnswer } from '../../contract/index.js';
import type { JsonValue, KeysPage, ReadOptions } from '../../contract/index.js';
import type { AkeneoApi, Page, Search } from './akeneo-api.js';
import type { Entity } from './entity.js';
import { Border, borderAfter, hasMoved } from './page-border.js';
import { fingerprint, listing, readPage } from './read-page.js';

const Cursor = z.object({ next: z.string(), query: z.string(), began: z.number(), border: Border.nullable().default(null) });

type Options = ReadOptions & { readonly withRecords: boolean };

/**
 * A page of everything, or of what a search finds; a position that expired, or that belongs to another query, begins the listing
 * again, and so do rows that moved over a page border.
 */
export async function listKeys(
  api: AkeneoApi,
  entity: Entity,
  cursor: JsonValue | null,
  options: Options,
  search?: Search,
): Promise<KeysPage> {
  const asked = options.withRecords ? await entity.query(options.needs, options.signal) : await entity.keysQuery(options.signal);
  const query = listing(entity, asked, search);
  const at = cursor === null ? null : Cursor.safeParse(cursor);
  if (at?.success === false) throw new BadAnswer('the cursor of this pass was not written by this connector');
  let first = true;
  const read = async (): Promise<Page> => {
    const follows = at !== null && at.data.query === fingerprint(query) ? at.data.next : null;
    const page = follows === null ? null : await api.tryFollow(follows, options.signal);
    first = page === null;
    return page ?? api.list(entity.path, query, options.signal);
  };
  // The parents of a whole pass are read once, at its beginning (this process's clock; after a restart, now).
  const began = at !== null && at.data.began <= performance.now() ? at.data.began : performance.now();
  const { page, keys } = options.withRecords ? await withRecords(entity, read, began, options) : await keysOnly(entity, read);
  const border = at !== null && !first ? at.data.border : null;
  if (await hasMoved(api, entity, border, options.signal)) return { keys, cursor: null, done: false };
  if (options.withRecords && search === undefined)
    entity.listed?.(page.items, { first, last: page.next === null, readFrom: page.readFrom });
  return {
    keys,
    cursor: page.next === null ? null : { next: page.next, query: fingerprint(query), began, border: borderAfter(entity, page) },
    done: page.next === null,
    ...(page.count === null ? {} : { total: page.count }),
  };
}

async function withRecords(entity: Entity, read: () => Promise<Page>, began: number, options: Options) {
  const { page, records } = await readPage(entity, read, began, options);
  return { page, keys: records.map((record) => ({ key: record.key, version: record.version, record })) };
}

async function keysOnly(entity: Entity, read: () => Promise<Page>) {
  const page = await read();
  return { page, keys: page.items.flatMap((item) => entity.keyOf(item) ?? []).map((key) => ({ key, version: null })) };
}
