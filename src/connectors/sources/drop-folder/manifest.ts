import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { codeOf } from './file-errors.js';

const TakenFile = z.object({
  /** Rises with every file that is taken. */
  seq: z.number(),
  kind: z.enum(['full', 'delta']),
  /** As it was dropped. */
  name: z.string(),
  /** As it lies in the folder of what is taken. */
  taken: z.string(),
  /** Of its bytes. */
  hash: z.string(),
  /** Its reading copy. */
  copy: z.string(),
  records: z.number(),
  /** The same bytes as the file before it: no news. */
  repeats: z.boolean(),
  /** Position of the window that ended with it: once all before that is settled it may be archived. Null: not read to its end. */
  end: z.number().nullable(),
  archived: z.boolean(),
});
export type TakenFile = z.infer<typeof TakenFile>;

const Manifest = z.object({
  /** A state that was lost and made anew is another one. */
  id: z.string(),
  generation: z.number(),
  /** Number of the last file there was when this state was made. */
  began: z.number(),
  /** Number of the last file that was taken. */
  seq: z.number(),
  /** Whether a file that lists everything was ever taken: only then a key that nobody lists is proven absent. */
  listedAll: z.boolean(),
  index: z.string().nullable(),
  /** Hash of the last file that was taken. */
  lastHash: z.string().nullable(),
  /** Records that stand now. */
  live: z.number(),
  /** Those whose reading copies are needed, or that are not archived yet. */
  files: z.array(TakenFile),
});
export type Manifest = z.infer<typeof Manifest>;

const named = /^manifest-(\d+)\.json$/;
/**
 * So many old ones stay: whoever stood still between reading a generation and writing the next must find that somebody
 * else wrote it. Who stood still for longer writes one that nobody reads; what it took is taken again.
 */
const kept = 100;

export function newManifest(): Manifest {
  return { id: randomUUID(), generation: 0, began: 0, seq: 0, listedAll: false, index: null, lastHash: null, live: 0, files: [] };
}

/** The last generation, or null where there is none. */
export async function readManifest(state: string): Promise<Manifest | null> {
  const last = (await generations(state)).at(-1);
  if (last === undefined) return null;
  return Manifest.parse(JSON.parse(await readFile(fileOf(state, last), 'utf8')));
}

/**
 * Writes the generation after `manifest`; null where somebody else already did. A link is made whole or not at all
 * and never replaces a file, so that of two processes only one goes on from what both have read.
 */
export async function writeManifest(state: string, manifest: Manifest): Promise<Manifest | null> {
  await mkdir(state, { recursive: true });
  const next = { ...manifest, generation: manifest.generation + 1 };
  const draft = join(state, `draft-${randomUUID()}`);
  await writeDurably(draft, JSON.stringify(next));
  const won = await link(draft, fileOf(state, next.generation)).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    },
  );
  await rm(draft);
  if (!won) return null;
  await forgetOld(state, next.generation);
  return next;
}

/** On the disk before anything refers to it. */
export async function writeDurably(path: string, content: string | Buffer): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function forgetOld(state: string, current: number): Promise<void> {
  for (const generation of await generations(state)) if (generation < current - kept) await rm(fileOf(state, generation), { force: true });
}

async function generations(state: string): Promise<number[]> {
  const names = (await readdir(state).catch(missing)) ?? [];
  return names
    .flatMap((name) => named.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

function missing(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}

function fileOf(state: string, generation: number): string {
  return join(state, `manifest-${String(generation).padStart(12, '0')}.json`);
}
