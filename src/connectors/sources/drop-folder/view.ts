import { join } from 'node:path';
import type { SourceRecord, SourceVersion } from '../../contract/index.js';
import { hashOf, type Entry } from './entries.js';
import { KeyIndex } from './key-index.js';
import type { Manifest } from './manifest.js';
import type { DropRecord } from './read-record.js';
import { CopyReader } from './reading-copy.js';

/** So many reading copies are open at once. */
const openAtMost = 32;

/** What stands, by one manifest: open it, read, close it. */
export class View {
  private readonly readers = new Map<string, CopyReader>();

  private constructor(
    private readonly state: string,
    readonly manifest: Manifest,
    private readonly index: KeyIndex,
  ) {}

  /** Opens it for as long as `work` takes. */
  static async with<Result>(state: string, manifest: Manifest, work: (view: View) => Promise<Result>): Promise<Result> {
    const view = new View(state, manifest, await KeyIndex.open(manifest.index === null ? null : join(state, manifest.index)));
    try {
      return await work(view);
    } finally {
      await view.index.close();
      for (const reader of view.readers.values()) await reader.close();
    }
  }

  /** The newest that was said of a key, its deletion included; null where nothing was. */
  async newest(key: string): Promise<DropRecord | null> {
    const entry = await this.index.find(hashOf(key));
    return entry === null ? null : this.read(entry);
  }

  /** The next records in the order of the index, and where to go on; null at its end. */
  async after(hash: Buffer | null, count: number): Promise<{ readonly records: readonly DropRecord[]; readonly next: Buffer | null }> {
    const records: DropRecord[] = [];
    for (let at = hash; ;) {
      const entries = await this.index.after(at, count + 1);
      for (const entry of entries) {
        if (records.length === count) return { records, next: at };
        if (!entry.deleted) records.push(await this.read(entry));
        at = entry.hash;
      }
      if (entries.length <= count) return { records, next: null };
    }
  }

  async copy(name: string): Promise<CopyReader> {
    const open = this.readers.get(name);
    if (open) return open;
    for (const [oldest, reader] of this.readers) {
      if (this.readers.size < openAtMost) break;
      this.readers.delete(oldest);
      await reader.close();
    }
    const reader = await CopyReader.open(join(this.state, name));
    this.readers.set(name, reader);
    return reader;
  }

  private async read(entry: Entry): Promise<DropRecord> {
    const file = this.manifest.files.find(({ seq }) => seq === entry.seq);
    if (!file) throw new Error(`the index names a file that is not there: ${entry.seq}`);
    return (await this.copy(file.copy)).at(entry);
  }
}

/** Its hash is part of it, so that it never stands for two states. */
export function versionOf({ version, order }: DropRecord): SourceVersion {
  return { id: version, order, closed: true };
}

export function asSourceRecord(record: DropRecord): SourceRecord {
  return { key: record.key, version: versionOf(record), fields: record.fields, values: {} };
}
