import { write } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Outlet } from './sink.js';

const writeTo = promisify(write);

/** A reader that is behind is given so long. */
const betweenTriesMs = 20;

/**
 * Standard error, without waiting for its reader. `process.stderr` writes to a pipe, a file or a terminal before it
 * returns: a reader that stands still would stop the whole process with it.
 */
export class StandardError implements Outlet {
  constructor(private readonly descriptor = 2) {}

  async write(bytes: Buffer): Promise<number> {
    for (;;) {
      try {
        return (await writeTo(this.descriptor, bytes, 0, bytes.length, null)).bytesWritten;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        await wait(betweenTriesMs);
      }
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
