import { z } from 'zod';
import { BadAnswer, Unavailable, type JsonValue, type KeysPage, type ReadOptions } from '../../contract/index.js';
import { hashSize } from './entries.js';
import type { Store } from './store.js';
import { asSourceRecord, versionOf, View } from './view.js';

/** Hash of the last key that was listed: an order that no file can change, whatever is dropped between two pages. */
const Cursor = z.object({ after: z.string().regex(new RegExp(`^[0-9a-f]{${2 * hashSize}}$`)) });

/** Every key that stands: of the last file that lists everything, and of those that came after it. */
export async function listKeys(
  store: Store,
  cursor: JsonValue | null,
  { withRecords, signal }: ReadOptions & { readonly withRecords: boolean },
): Promise<KeysPage> {
  const { room } = store;
  const at = cursor === null ? null : Cursor.safeParse(cursor);
  if (at?.success === false) throw new BadAnswer('the cursor of this pass was not written by this connector');
  const manifest = at === null ? await store.refreshed(signal) : await store.present();
  if (manifest === null)
    throw new Unavailable(`${room.tools.connection}: the drop folder lacks what was taken from it before; is it mounted?`);
  return View.with(room.folders.state, manifest, async (view) => {
    const { records, next } = await view.after(at === null ? null : Buffer.from(at.data.after, 'hex'), room.pageSize);
    const keys = records.map((record) => ({
      key: record.key,
      version: versionOf(record),
      ...(withRecords ? { record: asSourceRecord(record) } : {}),
    }));
    return { keys, cursor: next === null ? null : { after: next.toString('hex') }, done: next === null, total: manifest.live };
  });
}
