import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TakenFile } from './manifest.js';
import { codeOf } from './file-errors.js';
import { findComplete } from './find-complete.js';
import { safeName } from './folders.js';
import { BrokenFile } from './formats/index.js';
import { prepareFile, type PreparedFile } from './prepare-file.js';
import { quarantine, tellBadRecords } from './quarantine.js';
import type { Room } from './room.js';

/** A file that lies among what is taken; it counts once the manifest names it. */
export interface ReadFile extends PreparedFile {
  readonly kind: TakenFile['kind'];
  readonly name: string;
  readonly taken: string;
}

interface Waiting {
  readonly path: string;
  readonly name: string;
  readonly kind: TakenFile['kind'];
  readonly companion: string | null;
  /** Null: it lies there already, moved by a process that came no further. */
  readonly taken: string | null;
}

/** So many become known together, so that a thousand small files do not write the index a thousand times. */
const together = 64;

/** Reads what was dropped, in the order of the names, and moves it to what is taken; what is broken is put aside. */
export async function takeFiles(room: Room, known: ReadonlySet<string>, signal: AbortSignal): Promise<ReadFile[]> {
  const read: ReadFile[] = [];
  for (const waiting of (await findWaiting(room, known)).slice(0, together)) {
    signal.throwIfAborted();
    const one = await take(room, waiting, signal).catch((error: unknown) => {
      // Another process was faster.
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ELOOP') return null;
      throw error;
    });
    if (one) read.push(one);
  }
  return read;
}

async function findWaiting(room: Room, known: ReadonlySet<string>): Promise<Waiting[]> {
  const { folders } = room;
  await mkdir(folders.taken, { recursive: true });
  const left = (await readdir(folders.taken)).flatMap((taken): Waiting[] => {
    const [, kind, name] = /^(full|delta)\.[0-9a-f-]+\.(.*)$/s.exec(taken) ?? [];
    if (known.has(taken) || name === undefined || (kind !== 'full' && kind !== 'delta')) return [];
    return [{ path: join(folders.taken, taken), name, kind, companion: null, taken }];
  });
  const dropped = (await findComplete(room)).map((file): Waiting => ({ ...file, path: join(folders.inbox, file.name), taken: null }));
  return [...left.sort((a, b) => (a.name < b.name ? -1 : 1)), ...dropped];
}

async function take(room: Room, waiting: Waiting, signal: AbortSignal): Promise<ReadFile | null> {
  const { folders, tools, entity, config } = room;
  const { connection, log } = tools;
  const { kind, name } = waiting;
  const shown = { connection, file: name.slice(0, 200) };
  const prepared = await prepareFile(waiting.path, { state: folders.state, format: config, entity, signal });
  if (prepared === 'changed') return null;
  if (prepared instanceof BrokenFile) {
    const there = await quarantine(waiting.path, name, folders, prepared, Date.now());
    await dropCompanion(room, waiting);
    log.warn('a dropped file cannot be read', { ...shown, quarantine: there, line: prepared.line, reason: prepared.reason });
    return null;
  }
  const taken = waiting.taken ?? `${kind}.${randomUUID()}.${safeName(name)}`;
  if (waiting.taken === null) await moveOrForget(room, waiting.path, join(folders.taken, taken), prepared);
  // After the file: a companion that is left over is older than the next file of that name.
  await dropCompanion(room, waiting);
  if (prepared.badCount > 0) {
    const why = await tellBadRecords(name, folders, prepared.bad, prepared.badCount, Date.now());
    log.warn('a dropped file has records that cannot be taken', { ...shown, why, records: prepared.badCount });
  }
  return { ...prepared, kind, name, taken };
}

async function moveOrForget({ folders }: Room, from: string, to: string, { copy }: PreparedFile): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    await rm(join(folders.state, copy), { force: true });
    throw error;
  }
}

async function dropCompanion({ folders }: Room, { companion }: Waiting): Promise<void> {
  if (companion !== null) await rm(join(folders.inbox, companion), { force: true });
}
