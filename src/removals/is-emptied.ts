import type { JsonObject, JsonValue } from '../model/json.js';

/** Documents that lost fewer fields than this are edits, whatever they had. */
const fewest = 2;

/**
 * Whether a document loses more than half of what the shop was told of it: a record that comes without its values (a
 * locale, a channel or a right taken away in the source) removes a product as surely as a deletion does. Pure.
 */
export function isEmptied(before: JsonObject, after: JsonObject): boolean {
  const told = Object.keys(before).filter((field) => !isEmpty(before[field]));
  const lost = told.filter((field) => isEmpty(after[field]));
  return lost.length >= fewest && lost.length * 2 > told.length;
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
