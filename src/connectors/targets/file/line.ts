import { isSymbolic, type TargetItem, type WriteCall } from '../../contract/index.js';
import type { JsonObject, JsonValue } from '../../../model/json.js';

/** One item as one line: its fields nested by their paths, references as the ids they resolve to. */
export function asLine(item: TargetItem, call: Pick<WriteCall, 'resolve'>): string {
  const { key, resource, store, operation, sendNumber } = item;
  const document: JsonObject = Object.create(null) as JsonObject;
  for (const [path, value] of Object.entries(item.fields)) place(document, path.split('.'), resolved(value, call));
  return JSON.stringify({ key, resource, store, operation, sendNumber, document: operation === 'write' ? document : null });
}

/** Objects without a prototype: a field named `__proto__` is a field like any other. */
function place(into: JsonObject, [first, ...rest]: string[], value: JsonValue): void {
  if (first === undefined) return;
  if (rest.length === 0) {
    into[first] = value;
    return;
  }
  const inner = into[first];
  const next = inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? inner : (Object.create(null) as JsonObject);
  into[first] = next;
  place(next, rest, value);
}

function resolved(value: JsonValue, call: Pick<WriteCall, 'resolve'>): JsonValue {
  if (Array.isArray(value)) return value.map((one) => resolved(one, call)).filter((one) => one !== null);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  if (isSymbolic(value)) return ofSymbol(value, call);
  return Object.fromEntries(entries.map(([name, inner]) => [name, resolved(inner, call)]));
}

function ofSymbol(value: JsonObject, call: Pick<WriteCall, 'resolve'>): JsonValue {
  if ('$ref' in value) return call.resolve(value.$ref as { pipeline: string; key: string }) ?? null;
  if ('$option' in value) return (value.$option as { label: string }).label;
  return (value.$asset as { code: string }).code;
}
