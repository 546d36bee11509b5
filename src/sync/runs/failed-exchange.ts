import { redacted, redactedText, type Hide } from '../../logging/redacted.js';
import type { JsonObject } from '../../model/json.js';
import type { Exchange } from '../../model/outcome.js';

/** Bounds of what is written down of one failure, in characters. */
const longestAnswer = 1_000;
const longestValue = 300;
const longestFields = 2_000;

/** What was sent of a document that failed. */
export interface SentDocument {
  readonly operation: string;
  readonly resource: string;
  readonly store: string;
  readonly fields: JsonObject;
}

/**
 * The relevant part of request and answer of an item that failed: the field that is blamed, or the beginning of what was sent. Without secrets, by key
 * and by value: they are looked for before anything is cut. Pure.
 */
export function failedExchange(sent: SentDocument, field: string | null, exchange: Exchange | undefined, hide: Hide): JsonObject {
  const { operation, resource, store } = sent;
  const request = {
    operation,
    resource,
    store,
    ...(exchange ? { call: redactedText(exchange.request, hide).slice(0, longestValue) } : {}),
    fields: relevantFields(sent.fields, field, hide),
  };
  if (!exchange || (exchange.status === undefined && exchange.answer === undefined)) return { request };
  const { status, answer } = exchange;
  return {
    request,
    answer: {
      ...(status === undefined ? {} : { status }),
      ...(answer === undefined ? {} : { body: cut(redactedText(answer, hide), longestAnswer) }),
    },
  };
}

/** Values as JSON texts, so that one that is cut is still one. */
function relevantFields(fields: JsonObject, blamed: string | null, hide: Hide): JsonObject {
  const names = Object.keys(fields);
  const about =
    blamed === null ? [] : names.filter((name) => name === blamed || name.endsWith(`.${blamed}`) || blamed.startsWith(`${name}.`));
  const clean = redacted(Object.fromEntries((about.length > 0 ? about : names).map((name) => [name, fields[name]])), hide);
  const shown: JsonObject = {};
  let room = longestFields;
  for (const [name, value] of Object.entries(clean)) {
    const text = cut(JSON.stringify(value), longestValue);
    room -= name.length + text.length;
    if (room < 0) break;
    shown[name] = text;
  }
  return shown;
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
