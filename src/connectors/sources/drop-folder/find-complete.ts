import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import picomatch from 'picomatch';
import type { EntityConfig } from './config.js';
import { codeOf } from './file-errors.js';
import type { Folders } from './folders.js';
import type { TakenFile } from './manifest.js';
import type { Room } from './room.js';

/** A file that was dropped and is whole. */
export interface DroppedFile {
  readonly name: string;
  readonly kind: TakenFile['kind'];
  /** The file that says so, to be removed with it. */
  readonly companion: string | null;
}

/** The whole files of an entity, in the order of their names. What is no plain file (a link, a folder, a pipe) is nobody's. */
export async function findComplete({ folders, config, entity, tools }: Room): Promise<DroppedFile[]> {
  const kindOf = matcher(entity);
  const names = await readdir(folders.inbox, { withFileTypes: true });
  const all = new Set(names.map(({ name }) => name));
  const now = config.complete === 'quiet' && names.some(({ name }) => kindOf(name) !== null) ? await presentOf(folders) : null;
  const isWhole = async (path: string, companion: string | null): Promise<boolean> => {
    if (config.complete === 'renamed') return true;
    if (config.complete === 'quiet') return now !== null && isQuiet(path, now, config.quietSeconds);
    return companion !== null && isLater(join(folders.inbox, companion), path);
  };
  const found: DroppedFile[] = [];
  for (const one of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const kind = kindOf(one.name);
    if (kind === null) continue;
    if (one.isSymbolicLink()) {
      tools.log.warn('a link in a drop folder is not followed', { connection: tools.connection, file: one.name.slice(0, 200) });
    }
    if (!one.isFile()) continue;
    const path = join(folders.inbox, one.name);
    const companion = config.complete === 'companion' ? companionOf(one.name, config.companion, all) : null;
    if (await isWhole(path, companion)) found.push({ name: one.name, kind, companion });
  }
  return found;
}

/** Names that begin with a dot are never meant. */
function matcher({ full, delta }: EntityConfig): (name: string) => TakenFile['kind'] | null {
  const [isFull, isDelta] = [full, delta].map((glob) => (glob === undefined ? () => false : picomatch(glob)));
  return (name) => (isFull?.(name) ? 'full' : isDelta?.(name) ? 'delta' : null);
}

/** `products.csv.done` or `products.done`. */
function companionOf(name: string, suffix: string, all: ReadonlySet<string>): string | null {
  const stem = name.slice(0, name.length - extname(name).length);
  return [name + suffix, stem + suffix].find((one) => one !== name && all.has(one)) ?? null;
}

/** One that was left behind by an earlier file of the same name says nothing of this one. */
async function isLater(companion: string, path: string): Promise<boolean> {
  const [said, file] = await Promise.all([companion, path].map((one) => lstat(one).catch(gone)));
  return said?.isFile() === true && file !== undefined && file !== null && said.mtimeMs >= file.mtimeMs && said.ctimeMs >= file.ctimeMs;
}

async function isQuiet(path: string, now: number, seconds: number): Promise<boolean> {
  const file = await lstat(path).catch(gone);
  // The time of the content can be set by whoever writes it; that of the last change to the file cannot.
  return file !== null && now - Math.max(file.mtimeMs, file.ctimeMs) >= seconds * 1000;
}

/** The file system's own clock: a share whose clock is behind ours would make every file look old. */
async function presentOf({ state }: Folders): Promise<number> {
  await mkdir(state, { recursive: true });
  const probe = join(state, `clock-${randomUUID()}`);
  await writeFile(probe, '', { flag: 'wx' });
  try {
    return (await stat(probe)).mtimeMs;
  } finally {
    await rm(probe, { force: true });
  }
}

function gone(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}
