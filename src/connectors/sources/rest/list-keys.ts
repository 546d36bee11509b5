import { z } from 'zod';
import { BadAnswer } from '../../contract/index.js';
import type { JsonValue, KeysPage, ReadOptions } from '../../contract/index.js';
import type { Entity } from './config.js';
import { everything, readPage, type ReadPage } from './listing.js';
import { Position } from './paging.js';
import { readRecord } from './read-record.js';
import { oneMore } from './restarts.js';
import type { RestApi } from './rest-api.js';

const Cursor = z.object({ print: z.string(), at: Position.nullable(), restarts: z.number() });

type Options = ReadOptions & { readonly withRecords: boolean };

/** A page of everything; rows that moved over a border, or a place that expired, begin the listing again. */
export async function listKeys(
  api: RestApi,
  entity: Entity,
  cursor: JsonValue | null,
  { signal, withRecords }: Options,
): Promise<KeysPage> {
  const stored = Cursor.nullable().safeParse(cursor);
  if (!stored.success) throw new BadAnswer('the cursor of this pass was not written by this connector');
  const listing = everything(entity);
  const { print } = listing;
  const { at, restarts } = stored.data?.print === print ? stored.data : { at: null, restarts: 0 };
  const page = await readPage(api, listing, {}, at, signal);
  if (page === null || page.moved)
    return {
      keys: page === null ? [] : entries(entity, page, withRecords),
      cursor: { print, at: null, restarts: oneMore(api.connection, restarts) },
      done: false,
    };
  return {
    keys: entries(entity, page, withRecords),
    cursor: { print, at: page.next, restarts },
    done: page.next === null,
    ...(page.total === null || listing.paging.kind === 'keyset' ? {} : { total: page.total }),
  };
}

function entries(entity: Entity, { rows, readFrom }: ReadPage, withRecords: boolean): KeysPage['keys'] {
  return rows.flatMap((row) => {
    const record = readRecord(entity, row, readFrom);
    return record === null ? [] : [{ key: record.key, version: record.version, ...(withRecords ? { record } : {}) }];
  });
}
