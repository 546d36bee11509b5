import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { logFile, tidy, type LogFile, type LogLimits } from './tidy.js';

/** The folder of the log, shared by all processes that write there; whoever begins a file tidies it for all. */
export class LogFolder {
  private packing: Promise<void> = Promise.resolve();
  private readonly wanted = new Set<string>();
  private closed = false;

  constructor(
    readonly path: string,
    private readonly limits: LogLimits,
    private readonly now: () => number = Date.now,
  ) {}

  /** Removes what is too old or too much, begins to pack what nobody writes any more; answers how large the next file may become, bytes. */
  async makeRoom(): Promise<number> {
    await mkdir(this.path, { recursive: true });
    const { remove, pack, fileBytes } = tidy(await this.list(), this.now(), this.limits);
    // Another process may have been first.
    for (const name of remove) await rm(join(this.path, name), { force: true });
    for (const name of pack) this.packLater(name);
    return fileBytes;
  }

  /** Resolves once the file that is just being packed is; the others are left to whoever begins the next file. */
  async close(): Promise<void> {
    this.closed = true;
    await this.packing;
  }

  private packLater(name: string): void {
    if (this.wanted.has(name)) return;
    this.wanted.add(name);
    this.packing = this.packing
      .then(() => (this.closed ? undefined : this.pack(name)))
      // It was removed meanwhile, or there is no room for the packed one: the plain one stays, and is removed in its turn.
      .catch(() => undefined)
      .finally(() => this.wanted.delete(name));
  }

  /** Two processes may pack the same file: each writes a copy of its own, and both are the same. */
  private async pack(name: string): Promise<void> {
    const plain = join(this.path, name);
    const part = `${plain}.gz.${process.pid}.part`;
    try {
      const { atime, mtime } = await stat(plain);
      await pipeline(createReadStream(plain), createGzip(), createWriteStream(part));
      // Its age counts from its last line.
      await utimes(part, atime, mtime);
      await rename(part, `${plain}.gz`);
      await rm(plain, { force: true });
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  private async list(): Promise<LogFile[]> {
    const found: LogFile[] = [];
    for (const name of await readdir(this.path)) {
      if (logFile(name, 0, 0) === null) continue;
      const seen = await stat(join(this.path, name)).catch(() => null);
      const file = seen && logFile(name, seen.size, seen.mtimeMs);
      if (file) found.push(file);
    }
    return found;
  }
}
