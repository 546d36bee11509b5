import type { JsonObject } from '../model/json.js';

/** A line for a person at a terminal. */
export function readableLine(at: Date, level: string, message: string, data: JsonObject): string {
  const rest = Object.keys(data).length > 0 ? ` ${JSON.stringify(data)}` : '';
  return `${at.toISOString()} ${level} ${message}${rest}`;
}
