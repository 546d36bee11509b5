import { open, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { dayOf, fileName, type Writer } from './file-names.js';
import type { LogFolder } from './log-folder.js';
import type { Outlet } from './sink.js';
import { aliveMs } from './tidy.js';

interface OpenFile {
  readonly path: string;
  readonly day: string;
  readonly handle: FileHandle;
  readonly maxBytes: number;
  bytes: number;
  lookedAt: number;
}

/** Often enough that nobody takes a quiet process for one that died. */
const touchMs = aliveMs / 3;

/** The file that this process writes: a new one each day, and whenever it is full. Only whole lines are written, or none of them. */
export class RollingFile implements Outlet {
  private file: OpenFile | null = null;
  private readonly touching: NodeJS.Timeout;

  constructor(
    private readonly folder: LogFolder,
    private readonly writer: Writer,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.touching = setInterval(() => void this.touch(), touchMs).unref();
  }

  async write(bytes: Buffer): Promise<number> {
    const file = await this.fileFor(bytes.length);
    try {
      await writeWhole(file.handle, bytes);
    } catch (error) {
      // A disk that became full in the middle of a line: half a line would be read as one.
      await file.handle.truncate(file.bytes).catch(() => undefined);
      await this.leave(file);
      throw error;
    }
    file.bytes += bytes.length;
    return bytes.length;
  }

  async close(): Promise<void> {
    clearInterval(this.touching);
    if (this.file) await this.leave(this.file);
    await this.folder.close();
  }

  private async fileFor(coming: number): Promise<OpenFile> {
    const day = dayOf(this.now());
    const { file } = this;
    if (file !== null) {
      const fits = file.bytes === 0 || file.bytes + coming <= file.maxBytes;
      if (file.day === day && fits && (await this.isThere(file))) return file;
      await this.leave(file);
    }
    return (this.file = await this.begin(day));
  }

  private async begin(day: string): Promise<OpenFile> {
    const maxBytes = await this.folder.makeRoom();
    for (let number = 1; ; number += 1) {
      const path = join(this.folder.path, fileName(day, this.writer, number));
      if (await stat(`${path}.gz`).catch(() => null)) continue;
      try {
        // Exclusively: in a container every process is number 1, and one that was started anew finds its predecessor's file.
        const handle = await open(path, 'ax', 0o640);
        return { path, day, handle, maxBytes, bytes: 0, lookedAt: this.now().getTime() };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }

  private async leave(file: OpenFile): Promise<void> {
    this.file = null;
    await file.handle.close().catch(() => undefined);
  }

  /** A process that was frozen may find its file packed or removed by others: what it wrote there would be lost. */
  private async isThere(file: OpenFile): Promise<boolean> {
    if (this.now().getTime() - file.lookedAt < touchMs) return true;
    file.lookedAt = this.now().getTime();
    const [there, ours] = await Promise.all([stat(file.path).catch(() => null), file.handle.stat()]);
    return there !== null && there.ino === ours.ino;
  }

  private async touch(): Promise<void> {
    const at = this.now();
    await this.file?.handle.utimes(at, at).catch(() => undefined);
  }
}

async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
}
