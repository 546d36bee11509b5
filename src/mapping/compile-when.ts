import type { JsonValue } from '../model/json.js';
import { compileCompleteness } from './compile-completeness.js';
import { compileJudgement } from './compile-judgement.js';
import type { Compilation } from './compilation.js';
import { compilePath, isTold, type Reader } from './read-path.js';
import type { Run } from './run.js';
import { isCall, isCompleteness } from './when-schema.js';

/**
 * Says why a record does not qualify, or null where it does. Read in the first base scope. What cannot be judged
 * is an error of the record: that a product is taken down must not hang on data that are missing.
 */
export type Condition = (run: Run) => string | null;

type Literal = string | number | boolean | null;

/** Compiles `when`: every condition must hold. */
export function compileWhen(compilation: Compilation): readonly Condition[] {
  return Object.entries(compilation.file.data.when ?? {}).flatMap(([path, asked]): Condition[] => {
    if (isCall(asked)) return compileJudgement(path, asked, compilation);
    if (isCompleteness(asked)) return compileCompleteness(asked, compilation);
    const reader = compilePath(path, ['when', path], false, compilation);
    return reader === null ? [] : [compileValue(path, reader, Array.isArray(asked) ? asked : [asked])];
  });
}

/** One of the values, or none (null); of a list, one of its items. */
function compileValue(path: string, reader: Reader, wanted: readonly Literal[]): Condition {
  const types = new Set(wanted.filter((literal) => literal !== null).map((literal) => typeof literal));
  const described = wanted.map((literal) => String(literal ?? 'none')).join(' or ');
  return (run) => {
    run.field = path;
    const before = run.errors.length;
    const value = reader.read(run) ?? null;
    if (run.errors.length > before) return null;
    const items = Array.isArray(value) ? value : [value];
    const holds = items.length === 0 ? wanted.includes(null) : items.some((item) => wanted.some((literal) => literal === item));
    if (holds) return null;
    if (value === null && !isTold(path, run.record)) {
      run.fail('missing', `the source says nothing of ${path}, and ${described} is wanted`);
      return null;
    }
    const other = items.find((item) => item !== null && types.size > 0 && !types.has(typeof item as 'string'));
    if (other !== undefined) {
      run.fail('wrong_type', `${path} is a ${typeof other}, and ${described} is wanted`);
      return null;
    }
    return `${path} is ${shown(value)}, and ${described} is wanted`;
  };
}

function shown(value: JsonValue): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return 'none';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
