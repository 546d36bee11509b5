import type { JsonObject, JsonValue } from '../../contract/index.js';

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** What stands at a path; undefined where nothing does. Only own members count: nobody's data has a `constructor`. */
export function at(value: JsonValue | undefined, path: string): JsonValue | undefined {
  if (path === '') return value;
  return path.split('.').reduce<JsonValue | undefined>((inner, name) => {
    if (Array.isArray(inner)) return /^\d+$/.test(name) ? inner[Number(name)] : undefined;
    return isObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined;
  }, value);
}

/** Half a character cannot stand in an address. */
export function isWhole(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text);
}
