import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Unavailable } from '../../contract/index.js';
import { filesIn, mergeEntries, ofFile } from './entries.js';
import { codeOf } from './file-errors.js';
import { newManifest, readManifest, writeDurably, writeManifest, type Manifest, type TakenFile } from './manifest.js';
import { readArchive } from './read-archive.js';
import type { Room } from './room.js';
import { takeFiles, type ReadFile } from './take-files.js';

/** What nothing refers to is kept that long, for whoever is reading it. */
const keptMs = 3_600_000;

/** The files of an entity that were taken, and what stands by them. Several processes may have the same one open. */
export class Store {
  #turn: Promise<unknown> = Promise.resolve();

  constructor(readonly room: Room) {}

  /** Takes what was dropped, and answers what there is now. */
  refreshed(signal: AbortSignal): Promise<Manifest> {
    const turn = this.#turn.then(
      () => this.#refresh(signal),
      () => this.#refresh(signal),
    );
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** What there is; null where nothing was ever taken. */
  async present(): Promise<Manifest | null> {
    await this.#mustBeThere();
    return readManifest(this.room.folders.state);
  }

  /** Changes what is known of files, whoever else does so at the same time. */
  async update(change: (files: readonly TakenFile[]) => readonly TakenFile[] | null): Promise<void> {
    for (;;) {
      const manifest = await this.present();
      const files = manifest && change(manifest.files);
      if (!manifest || !files || (await writeManifest(this.room.folders.state, { ...manifest, files: [...files] }))) return;
    }
  }

  async #refresh(signal: AbortSignal): Promise<Manifest> {
    await this.#mustBeThere();
    let manifest = (await readManifest(this.room.folders.state)) ?? (await this.#begin(signal));
    for (;;) {
      signal.throwIfAborted();
      const known = new Set(manifest.files.map(({ taken }) => taken));
      const read = await takeFiles(this.room, known, signal);
      if (read.length === 0) return manifest;
      manifest = await this.#commit(read);
    }
  }

  /** The first state, or one that was lost, made again from the archive. */
  async #begin(signal: AbortSignal): Promise<Manifest> {
    const { state } = this.room.folders;
    await mkdir(state, { recursive: true });
    const archived = await readArchive(this.room, signal);
    const merged = await this.#merged({ ...newManifest(), seq: archived.before, began: archived.last }, archived.files, true);
    const written = await writeManifest(state, { ...merged, seq: archived.last });
    const manifest = written ?? (await readManifest(state));
    if (manifest === null) throw new Unavailable(`${this.room.tools.connection}: its state went while it was written`);
    return manifest;
  }

  /** Who loses the race to the next generation begins again from the one that won. */
  async #commit(read: readonly ReadFile[]): Promise<Manifest> {
    const { state } = this.room.folders;
    for (;;) {
      const manifest = await readManifest(state);
      if (manifest === null) throw new Unavailable(`${this.room.tools.connection}: its state went while files were taken`);
      const known = new Set(manifest.files.map(({ taken }) => taken));
      const fresh = read.filter(({ taken }) => !known.has(taken));
      if (fresh.length === 0) return manifest;
      const merged = await this.#merged(manifest, fresh, false);
      const written = await writeManifest(state, merged);
      if (written) {
        await this.#sweep(written);
        return written;
      }
      if (merged.index !== null && merged.index !== manifest.index) await rm(join(state, merged.index), { force: true });
    }
  }

  /** The manifest with these files in it, and its index written. */
  async #merged(
    manifest: Manifest,
    read: readonly (ReadFile & { readonly end?: number; readonly seq?: number })[],
    archived: boolean,
  ): Promise<Manifest> {
    const { state } = this.room.folders;
    const files = [...manifest.files];
    let { seq, lastHash, listedAll } = manifest;
    let base: Buffer = manifest.index === null ? Buffer.alloc(0) : await readFile(join(state, manifest.index));
    // What came since the last file that lists everything, in one piece: merged into the whole index once.
    let [fresh, listsAll]: [Buffer, boolean] = [Buffer.alloc(0), false];
    for (const { kind, name, taken, hash, copy, records, entries, end = null, seq: own } of read) {
      const repeats = hash === lastHash;
      [seq, lastHash] = [own ?? seq + 1, hash];
      files.push({ seq, kind, name, taken, hash, copy, records, repeats, end, archived });
      if (repeats) continue;
      if (kind === 'full') {
        base = mergeEntries(base, fresh, listsAll).entries;
        [fresh, listsAll, listedAll] = [ofFile(entries, seq), true, true];
      } else fresh = mergeEntries(fresh, ofFile(entries, seq), false).entries;
    }
    const { entries, live } = mergeEntries(base, fresh, listsAll);
    const index = `index-${randomUUID()}.bin`;
    await writeDurably(join(state, index), entries);
    const used = filesIn(entries);
    const needed = files.filter((file) => used.has(file.seq) || file.end === null || !file.archived);
    return { ...manifest, seq, lastHash, listedAll, index, live, files: needed };
  }

  async #sweep({ index, files }: Manifest): Promise<void> {
    const { state } = this.room.folders;
    const needed = new Set([index, ...files.map(({ copy }) => copy)]);
    for (const name of await readdir(state)) {
      if (needed.has(name) || name.startsWith('manifest-')) continue;
      const path = join(state, name);
      const left = await stat(path).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return null;
        throw error;
      });
      if (left && Date.now() - left.mtimeMs > keptMs) await rm(path, { force: true });
    }
  }

  async #mustBeThere(): Promise<void> {
    const { folders, tools } = this.room;
    if (!(await stat(folders.inbox)).isDirectory()) throw new Unavailable(`${tools.connection}: the drop folder is no folder`);
  }
}
