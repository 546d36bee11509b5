import { isSymbolic, type JsonObject, type JsonValue, type WriteCall } from '../../src/connectors/contract/index.js';
import type { SymbolicValue } from '../../src/model/document.js';

/** A value as the shop takes it, with what is symbolic made plain. What it refers to and does not stand there yet is left out of lists. */
export function plain(value: JsonValue, call: WriteCall): JsonValue {
  if (Array.isArray(value)) return value.map((one) => plain(one, call)).filter((one) => one !== null);
  if (value === null || typeof value !== 'object') return value;
  if (isSymbolic(value)) return plainSymbol(value as unknown as SymbolicValue, call);
  return Object.fromEntries(Object.entries(value as JsonObject).map(([name, inner]) => [name, plain(inner, call)]));
}

/** A reference becomes the shop's own id, an option its label, a file its name. */
function plainSymbol(symbol: SymbolicValue, call: WriteCall): string | null {
  if ('$ref' in symbol) return call.resolve(symbol.$ref) ?? null;
  return '$option' in symbol ? symbol.$option.label : symbol.$asset.name;
}
