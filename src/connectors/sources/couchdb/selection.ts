import type { JsonObject, JsonValue } from '../../contract/index.js';
import { isObject } from './json.js';

/** Which documents are records of an entity. */
export interface Selection {
  readonly prefix?: string | undefined;
  readonly where?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** Whether a document of this name can be one. Names that begin with `_` are CouchDB's own: designs, local documents. */
export function isNamedSo({ prefix = '' }: Selection, id: string): boolean {
  return !id.startsWith('_') && id.startsWith(prefix);
}

/** Whether its fields say so. */
export function isSuch({ where = {} }: Selection, document: JsonObject): boolean {
  return Object.entries(where).every(([path, value]) => fieldAt(document, path) === value);
}

/** Whether a name alone does not tell. */
export function looksInside({ where = {} }: Selection): boolean {
  return Object.keys(where).length > 0;
}

function fieldAt(document: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const name of path.split('.')) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}
