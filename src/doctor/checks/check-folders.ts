import { existsSync } from 'node:fs';
import { access, constants, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Settings } from '../../config/settings.js';
import { failure, ok, warning, type Finding } from '../finding.js';
import { judgeSpace } from './judge-space.js';

/** The folders that the program writes to: whether it may, and whether there is room. Nothing is made that is not there. */
export async function checkFolders({ databaseUrl, dataDir, logFiles }: Settings): Promise<Finding[]> {
  const logs = resolve(logFiles.path);
  const data = resolve(dataDir);
  const left = join(data, 'first-admin-key');
  return [
    await isWritable('log folder', logs, 'PIM2SHOP_LOG_DIR'),
    await space(logs, logFiles.maxBytes),
    ...(databaseUrl === undefined ? [await isWritable('data folder', data, 'PIM2SHOP_DATA'), await space(data)] : []),
    ...(existsSync(left)
      ? [warning('keys', `the first admin key of the API still lies in ${left}`, 'Take it from there, and delete the file.')]
      : []),
  ];
}

async function isWritable(check: string, folder: string, setting: string): Promise<Finding> {
  const at = nearest(folder);
  const probe = join(at, `.pim2shop-doctor-${process.pid}`);
  try {
    if (!(await stat(at)).isDirectory()) return failure(check, `${at} is no folder`, `Set ${setting} to one, or take that file away.`);
    await access(at, constants.W_OK | constants.X_OK);
    if (at !== folder) return ok(check, `${folder} will be made`);
    // A disk that is full or was mounted to be read only lets everybody believe that he may write.
    await writeFile(probe, '', { flag: 'wx' });
    await rm(probe, { force: true });
    return ok(check, `${folder} can be written to`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return failure(
      check,
      `${folder} cannot be written to: ${reason}`,
      `Give this user the right to write there, or set ${setting} to another folder.`,
    );
  }
}

async function space(folder: string, mayTake?: number): Promise<Finding> {
  const at = nearest(folder);
  try {
    const { bavail, bsize, blocks } = await statfs(at);
    return judgeSpace(folder, { freeBytes: bavail * bsize, totalBytes: blocks * bsize }, mayTake);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return warning('disk', `how much room there is for ${folder} is not known: ${reason}`, `Look at the disk of ${at} yourself.`);
  }
}

/** The folder itself, or the first above it that is there. */
function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}
