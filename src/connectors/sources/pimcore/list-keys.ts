import { z } from 'zod';
import { BadAnswer } from '../../contract/index.js';
import type { JsonValue, KeysPage, ReadOptions } from '../../contract/index.js';
import type { PimcoreApi } from './pimcore-api.js';
import { beginning, type Listing, Place, readPage } from './read-page.js';
import { readRecord } from './read-record.js';
import { readVersion } from './read-version.js';

const Cursor = z.object({ at: Place, selection: z.string(), total: z.number() });

/** A page of everything, by id. A cursor that belongs to another question begins again. */
export async function listKeys(
  api: PimcoreApi,
  listing: Listing,
  cursor: JsonValue | null,
  { signal, withRecords }: ReadOptions & { readonly withRecords: boolean },
): Promise<KeysPage> {
  const { selection } = listing;
  const at = cursor === null ? null : Cursor.safeParse(cursor);
  if (at?.success === false) throw new BadAnswer('the cursor of this pass was not written by this connector');
  const follows = at !== null && at.data.selection === selection.fingerprint ? at.data : null;
  const page = await readPage(api, listing, follows?.at ?? beginning, signal);
  const total = follows?.total ?? page.left;
  const keys = page.nodes.map((node) => {
    const version = readVersion(node.fields, page.readFrom, selection.inherits);
    return { key: node.key, version, ...(withRecords ? { record: readRecord(node, selection, page.readFrom) } : {}) };
  });
  const next = page.next === null ? null : { at: page.next, selection: selection.fingerprint, total };
  return { keys, cursor: next, done: next === null, total };
}
