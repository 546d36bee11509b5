import type { JsonObject, JsonValue } from '../model/json.js';
import type { Run } from './run.js';

/** With the u flag a surrogate in the class matches only where its other half is missing. */
const unstorable = /[\0\ud800-\udfff]/u;
const deepest = 32;
const longestList = 10_000;

/**
 * Lets a value out of a record into the mapping: a safe copy of plain JSON, or an error that names the
 * path. What comes from outside is not trusted to be what its type says (texts that PostgreSQL or a
 * shop cannot store, numbers that JSON cannot carry, keys that reach a prototype). `null` is no value.
 */
export function admit(value: unknown, run: Run, path: string): JsonValue | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return admitText(value, run, path);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : run.fail('not_finite', `${path} is not a finite number`);
  if (typeof value === 'object') return admitContainer(value, run, path, 1);
  return run.fail('wrong_type', `${path} is a ${typeof value}, which is no JSON`);
}

/** A text that can be stored and is not too long; measured in UTF-8 bytes, before anything is done with it. */
export function admitText(text: string, run: Run, path: string): string | undefined {
  // A UTF-16 unit takes at most three bytes: counting them is needed for long texts only.
  if (text.length * 3 > run.maxText && (text.length > run.maxText || Buffer.byteLength(text) > run.maxText)) {
    return run.fail('text_too_long', `${path} is longer than ${run.maxText} bytes`);
  }
  const found = unstorable.exec(text);
  if (found === null) return text;
  return found[0] === '\0'
    ? run.fail('nul_character', `${path} contains a NUL character at position ${found.index}`)
    : run.fail('lone_surrogate', `${path} contains half a character (a lone surrogate) at position ${found.index}`);
}

function admitContainer(value: object, run: Run, path: string, depth: number): JsonValue | undefined {
  if (depth > deepest) return run.fail('too_deep', `${path} is nested deeper than ${deepest} levels`);
  return Array.isArray(value) ? admitList(value, run, path, depth) : admitObject(value, run, path, depth);
}

function admitList(list: readonly unknown[], run: Run, path: string, depth: number): JsonValue[] | undefined {
  if (list.length > longestList) return run.fail('too_many', `${path} has ${list.length} items, more than ${longestList}`);
  return list.map((item, index) => admitInner(item, run, `${path}[${index}]`, depth));
}

function admitObject(value: object, run: Run, path: string, depth: number): JsonObject | undefined {
  const copy: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__') return run.fail('forbidden_key', `${path} has a key __proto__`);
    if (admitText(key, run, `a key of ${path}`) === undefined) return undefined;
    copy[key] = admitInner(inner, run, `${path}.${key}`, depth);
  }
  return copy;
}

function admitInner(value: unknown, run: Run, path: string, depth: number): JsonValue {
  if (value === null) return null;
  const inner = typeof value === 'object' ? admitContainer(value, run, path, depth + 1) : admit(value, run, path);
  return inner ?? null;
}

/** Whether something stands there: no null, no blank text, no empty list. */
export function hasValue(value: JsonValue | undefined): value is JsonValue {
  if (value === undefined || value === null) return false;
  if (typeof value === 'string') return /\S/.test(value);
  return !Array.isArray(value) || value.length > 0;
}
