import type { Fetched, SourceRecord } from '../../contract/index.js';
import type { Store } from './store.js';
import { asSourceRecord, View } from './view.js';

/** The newest of each key. Absent is what a record says is deleted, and what the last file that lists everything lacks. */
export async function fetchKeys(store: Store, keys: readonly string[], signal: AbortSignal): Promise<Fetched> {
  const manifest = await store.refreshed(signal);
  return View.with(store.room.folders.state, manifest, async (view) => {
    const records: SourceRecord[] = [];
    const absent: string[] = [];
    for (const key of keys) {
      const record = await view.newest(key);
      if (record === null ? manifest.listedAll : record.deleted) absent.push(key);
      else if (record !== null) records.push(asSourceRecord(record));
    }
    return { records, absent };
  });
}
