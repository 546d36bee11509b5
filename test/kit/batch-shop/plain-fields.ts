import type { JsonObject, WriteCall } from '../../../src/connectors/contract/index.js';
import { isSymbolic } from '../../../src/connectors/contract/index.js';
import type { SymbolicValue } from '../../../src/model/document.js';
import type { JsonValue } from '../../../src/model/json.js';

/** The fields with what is symbolic made plain: ids, option labels, names of files. What does not stand in the shop yet is left out. */
export function plainFields(fields: JsonObject, call: Pick<WriteCall, 'resolve'>): JsonObject {
  return plain(fields, call) as JsonObject;
}

function plain(value: JsonValue, call: Pick<WriteCall, 'resolve'>): JsonValue | undefined {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((one) => plain(one, call)).filter((one): one is JsonValue => one !== undefined);
  if (isSymbolic(value)) return symbol(value as unknown as SymbolicValue, call);
  return Object.fromEntries(
    Object.entries(value as JsonObject).flatMap(([name, inner]) => {
      const made = plain(inner, call);
      return made === undefined ? [] : [[name, made]];
    }),
  );
}

function symbol(value: SymbolicValue, call: Pick<WriteCall, 'resolve'>): string | undefined {
  if ('$ref' in value) return call.resolve(value.$ref);
  return '$option' in value ? value.$option.label : value.$asset.name;
}
