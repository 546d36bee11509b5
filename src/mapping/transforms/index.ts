import type { Transform } from '../transform.js';
import { asset } from './asset.js';
import { boolean } from './boolean.js';
import { date } from './date.js';
import { maxLength } from './max-length.js';
import { number } from './number.js';
import { option, options } from './option.js';
import { readable } from './readable.js';
import { ref } from './ref.js';
import { slug } from './slug.js';
import { table } from './table.js';
import { trim } from './trim.js';
import { unit } from './unit.js';

/** Every transform, in the order in which a rule applies them, whatever order they are written in. */
export const transforms: readonly Transform[] = [
  trim,
  table,
  readable,
  unit,
  number,
  boolean,
  date,
  slug,
  maxLength,
  option,
  options,
  ref,
  asset,
];

export { asset, boolean, date, maxLength, number, option, options, readable, ref, slug, table, trim, unit };
