import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrokenFile } from './formats/index.js';
import { safeName, type Folders } from './folders.js';
import type { BadRecord } from './read-record.js';

/** Puts a broken file aside, with a file beside it that says why. Answers its name there. */
export async function quarantine(path: string, name: string, folders: Folders, why: BrokenFile, now: number): Promise<string> {
  await mkdir(folders.quarantine, { recursive: true });
  const there = asideName(name, now);
  // The reason first: a file in quarantine without one says nothing.
  await writeFile(
    join(folders.quarantine, `${there}.why`),
    `${shown(name)}\nline ${why.line}: ${why.reason}\nNothing of this file was taken.\n`,
  );
  await rename(path, join(folders.quarantine, there));
  return there;
}

/** What was passed over in a file that was taken, line by line. */
export async function tellBadRecords(
  name: string,
  folders: Folders,
  bad: readonly BadRecord[],
  count: number,
  now: number,
): Promise<string> {
  await mkdir(folders.quarantine, { recursive: true });
  const there = `${asideName(name, now)}.records.why`;
  const lines = bad.map(({ line, reason }) => `line ${line}: ${reason}\n`).join('');
  const more = count > bad.length ? `and ${count - bad.length} more\n` : '';
  await writeFile(join(folders.quarantine, there), `${shown(name)}\n${lines}${more}The rest of this file was taken.\n`);
  return there;
}

/** Two files of one name in one millisecond are two. */
function asideName(name: string, now: number): string {
  return `${new Date(now).toISOString().replace(/[:.]/g, '-')}.${randomUUID().slice(0, 8)}.${safeName(name)}`;
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 200));
}
