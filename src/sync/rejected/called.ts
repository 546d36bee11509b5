import type { JsonObject } from '../../model/json.js';

/** What people call a record, and the family or class it belongs to. */
export interface Called {
  readonly name: string | null;
  readonly family: string | null;
}

/** The plain fields of a record that sources have these in, the first that is there. */
const names = ['identifier', 'sku', 'code'];
const families = ['family', 'class', 'type'];

export function called(fields: JsonObject): Called {
  return { name: first(fields, names), family: first(fields, families) };
}

function first(fields: JsonObject, wanted: readonly string[]): string | null {
  const found = wanted
    .map((name) => fields[name])
    .find((value) => (typeof value === 'string' && value !== '') || typeof value === 'number');
  return found === undefined ? null : String(found as string | number);
}
