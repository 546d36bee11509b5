import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Misconfigured } from '../../contract/index.js';
import { codeOf } from './file-errors.js';
import { readArchivedName } from './folders.js';
import { BrokenFile } from './formats/index.js';
import { prepareFile } from './prepare-file.js';
import type { Room } from './room.js';
import type { ReadFile } from './take-files.js';

export interface Archive {
  /** From the last file on that lists everything: the others say nothing any more. */
  readonly files: readonly (ReadFile & { readonly seq: number; readonly end: number })[];
  /** Number of the last file of all. */
  readonly last: number;
  /** Number of the last file before those. */
  readonly before: number;
}

/** What the archive says stands there, for a state that was lost. */
export async function readArchive({ folders, config, entity, tools }: Room, signal: AbortSignal): Promise<Archive> {
  const names = await readdir(folders.archive).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  const archived = names
    .flatMap((taken) => {
      const read = readArchivedName(taken);
      return read === null || read.end === null ? [] : [{ ...read, end: read.end, taken }];
    })
    .sort((a, b) => a.seq - b.seq);
  const from = Math.max(
    0,
    archived.findLastIndex(({ kind }) => kind === 'full'),
  );
  const files: Archive['files'][number][] = [];
  for (const one of archived.slice(from)) {
    const prepared = await prepareFile(join(folders.archive, one.taken), { state: folders.state, format: config, entity, signal });
    if (prepared === 'changed' || prepared instanceof BrokenFile)
      throw new Misconfigured(`${tools.connection}: a file of the archive cannot be read any more: ${one.taken}`);
    files.push({ ...prepared, ...one });
  }
  return { files, last: archived.at(-1)?.seq ?? 0, before: archived[from - 1]?.seq ?? 0 };
}
