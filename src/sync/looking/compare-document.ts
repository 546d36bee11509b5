import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '../../model/json.js';

/** One field of a document, in three places; values as JSON, null where there is none. */
export interface ComparedField {
  readonly field: string;
  /** What the mapping makes of the record as it is now. */
  readonly wanted: string | null;
  /** What the shop acknowledged last. */
  readonly delivered: string | null;
  /** What the shop answers now; null also where it does not tell this field, or was not asked. */
  readonly inShop: string | null;
  /** It would be sent with the next delivery. */
  readonly toSend: boolean;
  /** The shop holds something else than it was sent: changed there, or stored in a form of its own. */
  readonly otherInShop: boolean;
}

export interface ThreeDocuments {
  /** Null where nothing is wanted, undefined where that is not known. */
  readonly wanted: JsonObject | null | undefined;
  /** Null where nothing was delivered. */
  readonly delivered: JsonObject | null;
  /** Null where the shop has nothing, undefined where it was not asked or cannot tell. */
  readonly inShop: JsonObject | null | undefined;
}

const longest = 2_000;

/** Field by field, in the order of the mapping; of the shop only what is the mapping's. Pure. */
export function compareDocument({ wanted, delivered, inShop }: ThreeDocuments): ComparedField[] {
  const fields = [...new Set([...Object.keys(wanted ?? {}), ...Object.keys(delivered ?? {})])];
  return fields.map((field) => {
    const told = inShop !== null && inShop !== undefined && field in inShop;
    return {
      field,
      wanted: shown(wanted?.[field]),
      delivered: shown(delivered?.[field]),
      inShop: told ? shown(inShop[field]) : null,
      toSend: wanted !== undefined && !isDeepStrictEqual(wanted?.[field], delivered?.[field]),
      otherInShop: told && delivered !== null && field in delivered && !isDeepStrictEqual(inShop[field], delivered[field]),
    };
  });
}

function shown(value: JsonValue | undefined): string | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
