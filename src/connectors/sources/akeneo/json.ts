import type { JsonObject, JsonValue } from '../../contract/index.js';

/** What comes from outside is read field by field: a value of another type counts as not there. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function text(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function texts(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** Labels by locale; those that are no text are left out. */
export function labels(value: JsonValue | undefined): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Akeneo compares codes without case. */
export function folded(code: string): string {
  return code.toLowerCase();
}
