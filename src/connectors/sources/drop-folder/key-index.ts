import { open, type FileHandle } from 'node:fs/promises';
import { entryAt, entrySize, hashSize, type Entry } from './entries.js';

/** Entries of a sorted index file, read where they stand: none of it stays in memory. */
export class KeyIndex {
  private constructor(
    private readonly file: FileHandle | null,
    private readonly count: number,
  ) {}

  /** Null is the index of nothing. */
  static async open(path: string | null): Promise<KeyIndex> {
    if (path === null) return new KeyIndex(null, 0);
    const file = await open(path, 'r');
    return new KeyIndex(file, (await file.stat()).size / entrySize);
  }

  async find(hash: Buffer): Promise<Entry | null> {
    const block = await this.read(await this.locate(hash), 1);
    if (block.length === 0) return null;
    const found = entryAt(block, 0);
    return found.hash.equals(hash) ? found : null;
  }

  /** The next entries after this hash, or from the beginning on. */
  async after(hash: Buffer | null, count: number): Promise<Entry[]> {
    const found = hash === null ? 0 : await this.locate(hash);
    const block = await this.read(found, count + 1);
    const entries = Array.from({ length: block.length / entrySize }, (_, index) => entryAt(block, index));
    return entries.filter((entry) => hash === null || entry.hash.compare(hash) > 0).slice(0, count);
  }

  async close(): Promise<void> {
    await this.file?.close();
  }

  /** Index of the first entry that is not below this hash. Evenly spread hashes lie within a few roots of where they should. */
  private async locate(hash: Buffer): Promise<number> {
    let [low, high] = [0, this.count];
    const guess = Math.floor((hash.readUIntBE(0, 6) / 2 ** 48) * this.count);
    const around = Math.ceil(Math.sqrt(this.count)) + 16;
    for (let first = true; high - low > 2 * around; first = false) {
      const middle = first ? Math.max(0, guess - around) : (low + high) >> 1;
      const block = await this.read(middle, first ? 2 * around : 1);
      const [head, tail] = [block.subarray(0, hashSize), block.subarray(block.length - entrySize, block.length - entrySize + hashSize)];
      if (first && (middle === 0 || head.compare(hash) < 0) && tail.compare(hash) >= 0) return middle + within(hash, block);
      if (head.compare(hash) < 0) low = middle + 1;
      else high = middle;
    }
    return low + within(hash, await this.read(low, high - low));
  }

  private async read(index: number, count: number): Promise<Buffer> {
    const wanted = Math.min(count, this.count - index);
    if (this.file === null || wanted <= 0) return Buffer.alloc(0);
    const block = Buffer.allocUnsafe(wanted * entrySize);
    const { bytesRead } = await this.file.read(block, 0, block.length, index * entrySize);
    if (bytesRead !== block.length) throw new Error('an index file ends before its end');
    return block;
  }
}

function within(hash: Buffer, block: Buffer): number {
  let [low, high] = [0, block.length / entrySize];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (block.compare(hash, 0, hashSize, middle * entrySize, middle * entrySize + hashSize) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
