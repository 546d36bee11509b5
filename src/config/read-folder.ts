import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A text file of the mappings folder. */
export interface FolderFile {
  /** Relative to the mappings folder. */
  readonly file: string;
  /** Without folder and ending. */
  readonly name: string;
  readonly text: string;
}

/** The files of one folder that end so, by name; none where the folder is not there. Tests beside the files are no part of the mapping. */
export async function readFolder(dir: string, folder: string, endings: readonly string[]): Promise<FolderFile[]> {
  const names = await namesIn(join(dir, folder));
  const wanted = names.filter((name) => endings.some((ending) => name.endsWith(ending)) && !/\.(test|spec|d)\.\w+$/.test(name));
  return Promise.all(
    wanted.sort().map(async (name) => ({
      file: folder === '' ? name : `${folder}/${name}`,
      name: name.replace(/\.\w+$/, ''),
      text: await readFile(join(dir, folder, name), 'utf8'),
    })),
  );
}

async function namesIn(path: string): Promise<string[]> {
  if (!existsSync(path)) return [];
  const entries = await readdir(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}
