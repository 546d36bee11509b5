import picomatch from 'picomatch';
import { z } from 'zod';

const fileName = z
  .string()
  .min(1)
  .refine((glob) => !glob.includes('/') && !glob.includes('\\'), 'names files of the folder itself: no slashes')
  .refine((glob) => isGlob(glob), 'is no pattern; write products-*.csv');

/** Below the drop folder: a file is moved by renaming it, which a file system does whole or not at all, and only within itself. */
const subfolder = z.string().regex(/^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u, 'is the name of a folder in the drop folder');

const path = z.string().min(1);

const entity = z
  .strictObject({
    full: fileName.optional().describe('pattern of the files that list every record there is, such as products-*.csv'),
    delta: fileName.optional().describe('pattern of the files that list only what changed'),
    key: path.describe('field that holds the immutable key of a record; inner fields with dots: id.value'),
    version: path.optional().describe('field that holds a rising number or a time: an older state never replaces a newer one'),
    deletedWhen: z
      .strictObject({ field: path, is: z.union([z.string(), z.array(z.string()).min(1)]) })
      .optional()
      .describe('{ field, is }: a record that has one of these texts there says that it is deleted'),
  })
  .refine(({ full, delta }) => full !== undefined || delta !== undefined, 'needs full, delta or both: the patterns of its files');

export const dropFolderConfig = z
  .strictObject({
    folder: z.string().min(1).describe('folder that files are dropped into'),
    format: z.enum(['csv', 'jsonl', 'xml']).describe('csv, jsonl (one JSON object a line) or xml'),
    encoding: z
      .enum(['utf-8', 'windows-1252', 'iso-8859-15'])
      .default('utf-8')
      .describe('how text is written: utf-8, windows-1252 or iso-8859-15'),
    delimiter: z.string().min(1).max(8).default(',').describe('csv: what stands between two columns'),
    columns: z.array(z.string().min(1)).min(1).optional().describe('csv: names of the columns, where the first line does not name them'),
    record: z.string().min(1).optional().describe('xml: name of the element that is a record'),
    entities: z
      .record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'an entity is named with a–z, 0–9 and hyphens'), entity)
      .refine((entities) => Object.keys(entities).length > 0, 'at least one')
      .describe('{ name: { full, delta, key, version, deletedWhen } }: what the files hold; a pipeline names one as source.entity'),
    complete: z
      .enum(['renamed', 'companion', 'quiet'])
      .default('renamed')
      .describe(
        'how a whole file is told from one that is still being written: renamed into the folder, a companion file, or quiet for a while',
      ),
    companion: z
      .string()
      .regex(/^\.[\w.-]+$/, 'begins with a dot')
      .default('.done')
      .describe('companion: how the name of that file ends'),
    quietSeconds: z.number().positive().default(30).describe('quiet: so long its size and time have not changed'),
    archive: subfolder.default('archive').describe('folder within the drop folder where files go when all they said is settled'),
    quarantine: subfolder.default('quarantine').describe('folder within the drop folder where files go that cannot be read'),
  })
  .refine(({ format, record }) => format !== 'xml' || record !== undefined, {
    path: ['record'],
    message: 'xml needs the name of the element that is a record',
  })
  .refine(({ archive, quarantine }) => new Set([archive, quarantine, 'taken']).size === 3, {
    path: ['archive'],
    message: 'archive and quarantine are two folders, and neither is named taken',
  });

export type DropFolderConfig = z.infer<typeof dropFolderConfig>;
export type EntityConfig = DropFolderConfig['entities'][string];

function isGlob(glob: string): boolean {
  try {
    picomatch.makeRe(glob, { strictBrackets: true });
    return true;
  } catch {
    return false;
  }
}
