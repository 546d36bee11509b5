import { createHash } from 'node:crypto';

/**
 * Where the newest record of a key stands: 48 bytes, sorted by the hash of the key. Hashes are spread evenly, so that
 * a place can be guessed, and their order does not depend on anything a file says.
 */
export interface Entry {
  readonly hash: Buffer;
  /** Order of its version, or null. */
  readonly order: number | null;
  /** Place in the reading copy of that file. */
  readonly offset: number;
  readonly length: number;
  readonly seq: number;
  readonly deleted: boolean;
}

export const entrySize = 48;
export const hashSize = 16;
const places = { order: 16, offset: 24, length: 32, seq: 36, deleted: 40 } as const;

export function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest().subarray(0, hashSize);
}

export function entryAt(entries: Buffer, index: number): Entry {
  const start = index * entrySize;
  const order = entries.readDoubleLE(start + places.order);
  return {
    hash: Buffer.from(entries.subarray(start, start + hashSize)),
    order: Number.isNaN(order) ? null : order,
    offset: entries.readDoubleLE(start + places.offset),
    length: entries.readUInt32LE(start + places.length),
    seq: entries.readUInt32LE(start + places.seq),
    deleted: entries[start + places.deleted] === 1,
  };
}

/** Entries in the order of a file, as they are read. */
export class EntryList {
  private bytes = Buffer.alloc(64 * entrySize);
  private count = 0;

  add(entry: Entry): void {
    if ((this.count + 1) * entrySize > this.bytes.length) this.bytes = Buffer.concat([this.bytes, Buffer.alloc(this.bytes.length)]);
    const start = this.count * entrySize;
    entry.hash.copy(this.bytes, start);
    this.bytes.writeDoubleLE(entry.order ?? NaN, start + places.order);
    this.bytes.writeDoubleLE(entry.offset, start + places.offset);
    this.bytes.writeUInt32LE(entry.length, start + places.length);
    this.bytes.writeUInt32LE(entry.seq, start + places.seq);
    this.bytes[start + places.deleted] = entry.deleted ? 1 : 0;
    this.count += 1;
  }

  /** By hash, one a key: the newest. */
  sorted(): Buffer {
    const { bytes, count } = this;
    const heads = Float64Array.from({ length: count }, (_, index) => bytes.readUIntBE(index * entrySize, 6));
    const byHash = (a: number, b: number) => (heads[a] ?? 0) - (heads[b] ?? 0) || compareHashes(bytes, a, bytes, b) || a - b;
    const order = Uint32Array.from({ length: count }, (_, index) => index).sort(byHash);
    const result = Buffer.alloc(count * entrySize);
    let length = 0;
    for (const index of order) {
      const again = length > 0 && compareHashes(result, length - 1, bytes, index) === 0;
      if (again && !replaces(bytes, index, result, length - 1)) continue;
      bytes.copy(result, (again ? length - 1 : length) * entrySize, index * entrySize, (index + 1) * entrySize);
      if (!again) length += 1;
    }
    return result.subarray(0, length * entrySize);
  }
}

/** Says of all of them which file they are of. */
export function ofFile(entries: Buffer, seq: number): Buffer {
  for (let start = 0; start < entries.length; start += entrySize) entries.writeUInt32LE(seq, start + places.seq);
  return entries;
}

/** The files they are of. */
export function filesIn(entries: Buffer): Set<number> {
  const found = new Set<number>();
  for (let start = 0; start < entries.length; start += entrySize) found.add(entries.readUInt32LE(start + places.seq));
  return found;
}

export interface Merged {
  readonly entries: Buffer;
  /** Entries that are records and not marks of what was deleted. */
  readonly live: number;
}

/** What stands after `fresh` has come upon `base`. What lists everything leaves nothing of what it does not list. */
export function mergeEntries(base: Buffer, fresh: Buffer, listsAll: boolean): Merged {
  const result = Buffer.alloc(listsAll ? fresh.length : base.length + fresh.length);
  const [bases, freshes] = [base.length / entrySize, fresh.length / entrySize];
  let [from, length, live] = [0, 0, 0];
  const put = (source: Buffer, index: number): void => {
    source.copy(result, length * entrySize, index * entrySize, (index + 1) * entrySize);
    if (source[index * entrySize + places.deleted] !== 1) live += 1;
    length += 1;
  };
  for (let index = 0; index < freshes; index += 1) {
    for (; from < bases && compareHashes(base, from, fresh, index) < 0; from += 1) if (!listsAll) put(base, from);
    if (from < bases && compareHashes(base, from, fresh, index) === 0) {
      const newer = replaces(fresh, index, base, from);
      put(newer ? fresh : base, newer ? index : from);
      from += 1;
    } else put(fresh, index);
  }
  if (!listsAll) for (; from < bases; from += 1) put(base, from);
  return { entries: result.subarray(0, length * entrySize), live };
}

/** Later replaces earlier, unless both say their order and the later one is the older state. */
function replaces(later: Buffer, index: number, earlier: Buffer, other: number): boolean {
  const [after, before] = [later.readDoubleLE(index * entrySize + places.order), earlier.readDoubleLE(other * entrySize + places.order)];
  return !(after < before);
}

function compareHashes(a: Buffer, index: number, b: Buffer, other: number): number {
  const [start, from] = [index * entrySize, other * entrySize];
  return a.compare(b, from, from + hashSize, start, start + hashSize);
}
