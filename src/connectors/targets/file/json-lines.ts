import { open, type FileHandle } from 'node:fs/promises';

export interface JsonLines {
  /** Resolves once the lines are on the disk. */
  append(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

const newline = 0x0a;

/** Opens a file to append to. Half a line that a crash left at its end is cut off: it was never acknowledged. */
export async function openJsonLines(path: string): Promise<JsonLines> {
  const handle = await open(path, 'a+');
  const { size } = await handle.stat();
  const whole = await endOfLastLine(handle, size);
  if (whole < size) await handle.truncate(whole);
  let queue: Promise<void> = Promise.resolve();
  const write = async (lines: readonly string[]): Promise<void> => {
    await handle.appendFile(lines.map((line) => `${line}\n`).join(''));
    await handle.datasync();
  };
  return {
    // One after the other: two batches never mix their lines, and a failed one fails alone.
    append: (lines) => {
      const mine = queue.then(() => write(lines));
      queue = mine.catch(() => undefined);
      return mine;
    },
    close: async () => {
      await queue;
      await handle.close();
    },
  };
}

/** Position after the last line break, looking back from the end. */
async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
  const block = Buffer.alloc(65_536);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    const found = block.subarray(0, bytesRead).lastIndexOf(newline);
    if (found >= 0) return start + found + 1;
    end = start;
  }
  return 0;
}
