import type { JsonValue } from '../../contract/index.js';

/** A whole number; one that JavaScript cannot hold exactly stays a text. */
export function readWhole(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

/** What is no JSON stays a text: the mapping judges it. */
export function readJson(text: string): JsonValue {
  try {
    // 1e400 is a number to JSON, and none to anybody who reads it.
    return JSON.parse(text, (_key, value: JsonValue) => (value === Infinity || value === -Infinity ? String(value) : value)) as JsonValue;
  } catch {
    return text;
  }
}

/** `2026-01-01 10:00:00.5+00` as `2026-01-01T10:00:00.5Z`; what has another shape (infinity, years before Christ) as it is. */
export function isoTime(text: string): string {
  const read = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(\+00)?$/.exec(text);
  return read === null ? text : `${read[1]}T${read[2]}${read[3] === undefined ? '' : 'Z'}`;
}
