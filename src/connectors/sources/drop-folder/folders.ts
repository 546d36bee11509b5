import { join, resolve } from 'node:path';
import type { DropFolderConfig } from './config.js';
import type { TakenFile } from './manifest.js';

/** Where one entity's files lie. */
export interface Folders {
  /** What is dropped. */
  readonly inbox: string;
  /** What is being read, or waits to be settled. */
  readonly taken: string;
  readonly archive: string;
  readonly quarantine: string;
  /** Reading copies, index and manifest: made again from the archive where they are lost. */
  readonly state: string;
}

export function foldersOf(config: DropFolderConfig, entity: string): Folders {
  const inbox = resolve(config.folder);
  return {
    inbox,
    taken: join(inbox, 'taken', entity),
    archive: join(inbox, config.archive, entity),
    quarantine: join(inbox, config.quarantine, entity),
    state: join(inbox, '.pim2shop', entity),
  };
}

/** A name that is a name everywhere: whoever dropped the file chose it. */
export function safeName(name: string): string {
  return name
    .replace(/[^\p{L}\p{N}._-]/gu, '_')
    .replace(/^\.+/, '_')
    .slice(-80);
}

/** In the archive the name says what has to be known to read it again: its place in the order, and what it lists. */
export function archivedName({ seq, kind, end, name }: TakenFile): string {
  return `${String(seq).padStart(10, '0')}.${kind}.${end ?? 0}.${safeName(name)}`;
}

const archived = /^(\d+)\.(full|delta)\.(\d+)\.(.+)$/;

export function readArchivedName(file: string): Pick<TakenFile, 'seq' | 'kind' | 'end' | 'name'> | null {
  const [, seq, kind, end, name] = archived.exec(file) ?? [];
  if (seq === undefined || end === undefined || name === undefined || (kind !== 'full' && kind !== 'delta')) return null;
  return { seq: Number(seq), kind, end: Number(end), name };
}
