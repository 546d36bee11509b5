import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EntityConfig } from './config.js';
import { EntryList, hashOf } from './entries.js';
import { BrokenFile, readRecords, type Format } from './formats/index.js';
import { readRecord, type BadRecord } from './read-record.js';
import { CopyWriter } from './reading-copy.js';

/** A file that was read from its first line to its last. */
export interface PreparedFile {
  /** Of its bytes. */
  readonly hash: string;
  /** Name of its reading copy in the state folder. */
  readonly copy: string;
  readonly records: number;
  /** Sorted; which file they are of is said when it is taken. */
  readonly entries: Buffer;
  /** The first of what was passed over, and how many there are. */
  readonly bad: readonly BadRecord[];
  readonly badCount: number;
}

const toldAtMost = 1_000;

/**
 * Reads a file whole, writes its reading copy and notes where each record stands there. Nothing of it counts before the
 * last line was read; a file that is written to meanwhile is broken, or `changed`.
 */
export async function prepareFile(
  path: string,
  { state, format, entity, signal }: { state: string; format: Format; entity: EntityConfig; signal: AbortSignal },
): Promise<PreparedFile | BrokenFile | 'changed'> {
  await mkdir(state, { recursive: true });
  const copy = `copy-${randomUUID()}.jsonl`;
  // A link that was put in its place meanwhile is not followed.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const before = await file.stat();
    if (!before.isFile()) return 'changed';
    const prepared = await copyRecords(file.createReadStream({ autoClose: false, signal }), join(state, copy), format, entity);
    const after = await file.stat();
    const same = after.size === before.size && after.mtimeMs === before.mtimeMs;
    if (same) return { ...prepared, copy };
    await rm(join(state, copy));
    return 'changed';
  } catch (error) {
    await rm(join(state, copy), { force: true });
    if (error instanceof BrokenFile) return error;
    throw error;
  } finally {
    await file.close();
  }
}

async function copyRecords(
  bytes: AsyncIterable<Buffer>,
  to: string,
  format: Format,
  entity: EntityConfig,
): Promise<Omit<PreparedFile, 'copy'>> {
  const writer = new CopyWriter(to);
  const hash = createHash('sha256');
  const entries = new EntryList();
  const bad: BadRecord[] = [];
  let [records, badCount] = [0, 0];
  const hashed = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      hash.update(chunk);
      yield chunk;
    }
  };
  try {
    for await (const raw of readRecords(hashed(), format)) {
      const record = readRecord(raw, entity);
      if (!('key' in record)) {
        badCount += 1;
        if (bad.length < toldAtMost) bad.push(record);
        continue;
      }
      const place = await writer.add(record);
      entries.add({ hash: hashOf(record.key), order: record.order, ...place, seq: 0, deleted: record.deleted });
      records += 1;
    }
  } finally {
    await writer.close();
  }
  return { hash: hash.digest('hex'), records, entries: entries.sorted(), bad, badCount };
}
