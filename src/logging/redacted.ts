import type { JsonObject, JsonValue } from '../model/json.js';
import { isSecretKey } from './secret-keys.js';
import { hidden } from './secrets.js';

/** Bounds of one line: data comes from outside, and a line must not be as large as what it tells of (S14). */
const deepest = 6;
const mostItems = 50;
const longestText = 8_000;
/** All texts of one line together. */
const longestLine = 64_000;
/** Looked through for secrets before it is cut, so that none is cut in two. */
const longestRead = 64_000;

/** Hides the secrets of a text. */
export type Hide = (text: string) => string;

interface Copying {
  readonly hide: Hide;
  /** So many characters may follow. */
  left: number;
}

/** A bounded copy without secrets, by key and by value, at any depth. Never throws: not even for a getter that does. */
export function redacted(data: Readonly<Record<string, unknown>>, hide: Hide): JsonObject {
  return copyObject(data, { hide, left: longestLine }, 0);
}

export function redactedText(text: string, hide: Hide): string {
  const clean = hide(text.slice(0, longestRead));
  return clean.length > longestText ? `${clean.slice(0, longestText)}…` : clean;
}

function textOf(text: string, to: Copying): string {
  if (to.left <= 0) return '…';
  const clean = redactedText(text, to.hide);
  to.left -= clean.length + 8;
  return clean;
}

function copy(value: unknown, to: Copying, depth: number): JsonValue {
  switch (typeof value) {
    case 'string':
      return textOf(value, to);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      to.left -= 8;
      return value;
    case 'object':
      return value === null ? null : copyComposed(value, to, depth);
    default:
      return textOf(String(value), to);
  }
}

function copyComposed(value: object, to: Copying, depth: number): JsonValue {
  if (value instanceof Error) return copyError(value, to, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (depth >= deepest || to.left <= 0) return '…';
  if (value instanceof Set) return copy([...value], to, depth);
  if (value instanceof Map) return copyObject(Object.fromEntries(value) as Record<string, unknown>, to, depth);
  if (!Array.isArray(value)) return copyObject(value as Record<string, unknown>, to, depth);
  const items = value.slice(0, mostItems).map((item) => copy(item, to, depth + 1));
  return value.length > mostItems ? [...items, `… ${value.length - mostItems} more`] : items;
}

function copyObject(value: Readonly<Record<string, unknown>>, to: Copying, depth: number): JsonObject {
  const found: [string, JsonValue][] = [];
  for (const key of Object.keys(value)) {
    if (found.length >= mostItems || to.left <= 0) break;
    const item = readOf(value, key);
    if (item === undefined) continue;
    found.push([textOf(key, to), item !== null && isSecretKey(key) ? hidden : copy(item, to, depth + 1)]);
  }
  // Not assigned one by one: `__proto__` is a key like others here.
  return Object.fromEntries(found);
}

function readOf(value: Readonly<Record<string, unknown>>, key: string): unknown {
  try {
    return value[key];
  } catch {
    return 'cannot be read';
  }
}

/** In the words of ECS. Fields that an author has added are left out: axios keeps the whole request there. */
function copyError(error: Error, to: Copying, depth: number): JsonObject {
  const { code } = error as { readonly code?: unknown };
  return {
    type: textOf(error.name, to),
    message: textOf(error.message, to),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: textOf(String(code), to) } : {}),
    ...(typeof error.stack === 'string' ? { stack_trace: textOf(error.stack, to) } : {}),
    ...(error.cause instanceof Error && depth < deepest ? { cause: copyError(error.cause, to, depth + 1) } : {}),
  };
}
