import type { SourceVersion } from '../../contract/index.js';
import { text } from './json.js';
import type { JsonValue } from '../../contract/index.js';

/** Akeneo's `updated` has whole seconds; two of them pass before a time counts as closed (rule 2). */
const closedAfterMs = 2000;

/**
 * The version of a record: when it was last edited, and its parents with it, because a variant shows
 * what it inherits and its own `updated` does not move when a model is edited.
 */
export function readVersion(times: readonly (JsonValue | undefined)[], readFrom: number): SourceVersion | null {
  const known = times.map(text).filter((time) => time !== null);
  const order = Math.max(...known.map((time) => Date.parse(time)));
  if (known.length === 0 || Number.isNaN(order)) return null;
  return { id: known.join(' '), order, closed: readFrom - order >= closedAfterMs };
}
