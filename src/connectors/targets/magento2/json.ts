import type { JsonObject } from '../../contract/index.js';
import type { JsonValue } from '../../../model/json.js';

/** What comes from outside is read field by field; what is no object reads as an empty one. */
export function asObject(value: JsonValue | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

export function asList(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}
