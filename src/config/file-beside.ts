import type { z } from 'zod';
import type { Mistake } from '../model/mistake.js';
import type { Environment } from './substitute.js';

/** A file of the mappings folder that is no part of the mapping, and whose meaning others know: it is read, and its mistakes told, with the rest. */
export interface FileBeside<Data = unknown> {
  /** Its name, in the folder itself. */
  readonly file: string;
  /** What it may say, for editors. */
  readonly schema: z.ZodType;
  /** What it says; of a text of null (there is no such file) what holds without it. */
  read(text: string | null, env: Environment): { readonly data: Data } | { readonly mistakes: readonly Mistake[] };
}
