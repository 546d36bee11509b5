import type { JsonObject, JsonValue } from '../../contract/index.js';

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Half a character cannot stand in an address, and no `_id` has one. */
export function isWhole(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text);
}
