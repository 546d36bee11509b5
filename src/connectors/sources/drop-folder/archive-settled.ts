import { access, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './file-errors.js';
import { archivedName } from './folders.js';
import type { TakenFile } from './manifest.js';
import type { Store } from './store.js';

/** Archives what was announced with this position or an earlier one. A crash in between leaves a file that is archived the next time. */
export async function archiveSettled(store: Store, position: number): Promise<void> {
  const manifest = await store.present();
  const isDue = (file: TakenFile): boolean => !file.archived && file.end !== null && file.end <= position;
  const due = manifest?.files.filter(isDue) ?? [];
  if (due.length === 0) return;
  await mkdir(store.room.folders.archive, { recursive: true });
  for (const file of due) await archive(store, file);
  const moved = new Set(due.map(({ taken }) => taken));
  await store.update((files) => files.map((file) => (moved.has(file.taken) ? { ...file, archived: true } : file)));
}

async function archive({ room }: Store, file: TakenFile): Promise<void> {
  const { folders, tools } = room;
  const there = join(folders.archive, archivedName(file));
  try {
    await rename(join(folders.taken, file.taken), there);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const isThere = await access(there).then(
      () => true,
      () => false,
    );
    if (!isThere) tools.log.warn('a file was gone before it was archived', { connection: tools.connection, file: file.name.slice(0, 200) });
  }
}
