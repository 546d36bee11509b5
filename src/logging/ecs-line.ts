import type { JsonObject, JsonValue } from '../model/json.js';

/**
 * What a line has beside what the format of Elastic adds (`@timestamp`, `log.level`, `message`, `ecs.version`), by the names of Elastic
 * Common Schema. Names with dots where that format writes some of the same field set.
 */
export type EcsLine = Readonly<Record<string, JsonValue>>;

/** What a line belongs to: labels are keywords, so that a number is a text here. */
const labels = ['pipeline', 'run', 'entry', 'connection', 'document'];

const asText = (value: JsonValue): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** Where the schema has a name for something, it stands there. */
const fields: Readonly<Record<string, (value: JsonValue) => EcsLine>> = {
  reason: (value) => ({ 'event.reason': asText(value) }),
  // The schema counts in nanoseconds.
  durationMs: (value): EcsLine => (typeof value === 'number' ? { 'event.duration': Math.round(value * 1_000_000) } : {}),
  request: (value) => ({ 'http.request.id': asText(value) }),
  url: (value) => ({ 'url.full': asText(value) }),
};

const errorFields = ['type', 'message', 'code', 'stack_trace'];

/** Puts what is told beside a message where the schema wants it; what it has no name for, into a namespace of our own. Pure; the data have no secrets any more. */
export function ecsLine(data: JsonObject): EcsLine {
  const line: Record<string, JsonValue> = {};
  const sets: Record<'labels' | 'error' | 'pim2shop', JsonObject> = { labels: {}, error: {}, pim2shop: {} };
  for (const [name, value] of Object.entries(data)) {
    if (value === null) continue;
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field) Object.assign(line, field(value));
    else if (labels.includes(name)) sets.labels[name] = asText(value);
    else if (name === 'code') sets.error.code = asText(value);
    else if (name === 'error') putError(value, sets);
    else sets.pim2shop[name] = value;
  }
  for (const [name, set] of Object.entries(sets)) if (Object.keys(set).length > 0) line[name] = set;
  return line;
}

function putError(error: JsonValue, sets: { readonly error: JsonObject; readonly pim2shop: JsonObject }): void {
  if (typeof error !== 'object' || error === null || Array.isArray(error)) {
    sets.error.message = asText(error);
    return;
  }
  for (const [name, value] of Object.entries(error)) {
    if (errorFields.includes(name)) sets.error[name] = asText(value);
    else sets.pim2shop[`error_${name}`] = value;
  }
}
