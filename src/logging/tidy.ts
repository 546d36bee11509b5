import { readFileName, type LogFileName } from './file-names.js';

/** A file of the log as it lies in its folder. */
export interface LogFile extends LogFileName {
  readonly bytes: number;
  /** Epoch milliseconds of the last change. */
  readonly changedAt: number;
}

export interface LogLimits {
  /** All files of the folder together. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

export interface Tidying {
  readonly remove: readonly string[];
  readonly pack: readonly string[];
  /** A file is turned over at this size, so that all who write stay below the ceiling together. */
  readonly fileBytes: number;
}

/** Whoever writes a file touches it more often than that (`rolling-file.ts`). */
export const aliveMs = 15 * 60_000;
/** Larger ones are no handier. */
const largestFile = 20 * 1024 * 1024;

export function logFile(name: string, bytes: number, changedAt: number): LogFile | null {
  const read = readFileName(name);
  return read && { ...read, bytes, changedAt };
}

/**
 * What is to be done with a folder before a file is begun in it. Pure. The newest file of each writer that shows a sign of
 * life is left alone, whoever it is: another process may be writing it. All else is packed, and goes when it is too old or there is no
 * room; the oldest first.
 */
export function tidy(files: readonly LogFile[], now: number, { maxBytes, maxAgeMs }: LogLimits): Tidying {
  const written = beingWritten(files, now);
  // Half of the ceiling is for those who write, for the one to come, and for the copy while one is packed.
  const fileBytes = Math.max(1, Math.min(largestFile, Math.floor(maxBytes / 2 / (written.size + 2))));
  let room = maxBytes - fileBytes * 2;
  for (const file of files) if (written.has(file)) room -= Math.max(file.bytes, fileBytes);
  const remove: string[] = [];
  const pack: string[] = [];
  for (const file of files.filter((one) => !written.has(one)).sort((a, b) => b.changedAt - a.changedAt || (a.name < b.name ? 1 : -1))) {
    room -= file.bytes;
    const isLeftover = file.state === 'being-packed' && now - file.changedAt > aliveMs;
    if (room < 0 || isLeftover || now - file.changedAt > maxAgeMs) remove.push(file.name);
    else if (file.state === 'plain') pack.push(file.name);
  }
  return { remove: remove.reverse(), pack: pack.reverse(), fileBytes };
}

function beingWritten(files: readonly LogFile[], now: number): ReadonlySet<LogFile> {
  const newest = new Map<string, LogFile>();
  for (const file of files) {
    if (file.state !== 'plain' || now - file.changedAt > aliveMs) continue;
    const other = newest.get(file.writer);
    if (!other || isNewer(file, other)) newest.set(file.writer, file);
  }
  return new Set(newest.values());
}

/** By name where the clock of the file system cannot tell them apart. */
function isNewer(file: LogFile, other: LogFile): boolean {
  if (file.changedAt !== other.changedAt) return file.changedAt > other.changedAt;
  return file.name.localeCompare(other.name, 'en', { numeric: true }) > 0;
}
