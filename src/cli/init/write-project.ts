import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Refusal } from '../../model/refusal.js';

export interface WrittenProject {
  readonly written: readonly string[];
  /** They were there, and are as they were. */
  readonly kept: readonly string[];
}

/** Writes what is not there. Overwrites nothing; where mappings are there already, nothing at all is written. */
export async function writeProject(dir: string, files: ReadonlyMap<string, string>): Promise<WrittenProject> {
  const taken = [...files.keys()].filter((path) => path.startsWith('mappings/') && existsSync(join(dir, path)));
  if (taken.length > 0) throw new Refusal('conflict', `${dir} has ${taken.join(' and ')} already: name an empty folder, or edit those`);
  const written: string[] = [];
  const kept: string[] = [];
  for (const [path, text] of files) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    try {
      await writeFile(join(dir, path), text, { flag: 'wx' });
      written.push(path);
    } catch (error) {
      if ((error as { readonly code?: string }).code !== 'EEXIST') throw error;
      kept.push(path);
    }
  }
  return { written, kept };
}
