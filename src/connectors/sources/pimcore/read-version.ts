import type { JsonObject, JsonValue, SourceVersion } from '../../contract/index.js';
import { isObject, whole } from './json.js';

/** `modificationDate` is in seconds; two of them pass before a time counts as closed (rule 2). */
const closedAfterMs = 2000;

/** Objects of the class above a node, nearest first, as far as they were asked for. Of others no date was. */
export function ancestorsOf(node: JsonObject): JsonObject[] {
  const found: JsonObject[] = [];
  for (let above = node.parent; isObject(above) && above.modificationDate !== undefined; above = above.parent) found.push(above);
  return found;
}

/**
 * The version of a record: when it was last edited, and the parents it inherits from with it, because its
 * own `modificationDate` does not move when they are edited.
 */
export function readVersion(node: JsonObject, readFrom: number, inherits: boolean): SourceVersion | null {
  const times: (JsonValue | undefined)[] = [node.modificationDate];
  if (inherits) times.push(...ancestorsOf(node).map((above) => above.modificationDate));
  const seconds = times.map(whole);
  if (seconds.some((time) => time === null)) return null;
  const order = Math.max(...seconds.map(Number)) * 1000;
  return { id: seconds.join(' '), order, closed: readFrom - order >= closedAfterMs };
}
