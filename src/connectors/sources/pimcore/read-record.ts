import type { JsonObject, JsonValue, SourceRecord } from '../../contract/index.js';
import { assetIds } from './asset-ids.js';
import { isObject, text } from './json.js';
import type { Node } from './read-page.js';
import { readValue } from './read-value.js';
import { ancestorsOf, readVersion } from './read-version.js';
import type { Selection } from './selection.js';

type Values = Record<string, { locale: string | null; channel: null; data: JsonValue }[]>;

/** A node as a record. What of it cannot be read is named with the reason: it must not pass for empty. */
export function readRecord({ key, fields: node, problems }: Node, selection: Selection, readFrom: number): SourceRecord {
  const values = Object.create(null) as Values;
  const unreadable: Record<string, string> = {};
  for (const { alias, code, locale, field } of selection.values) {
    const said = problems.get(alias);
    const read = said === undefined ? readValue(node[alias], field) : { problem: `Data Hub says: ${said}` };
    if ('problem' in read) unreadable[`values.${code}`] = read.problem;
    else if ('data' in read) (values[code] ??= []).push({ locale, channel: null, data: read.data });
  }
  const fields: JsonObject = {};
  for (const name of selection.plain) {
    const said = problems.get(name === 'root' ? 'parent' : name);
    if (said === undefined) fields[name] = plainValue(name, node, selection);
    else unreadable[name] = `Data Hub says: ${said}`;
  }
  return {
    key,
    version: readVersion(node, readFrom, selection.inherits),
    ...(typeof node.published === 'boolean' ? { state: node.published ? ('live' as const) : ('unpublished' as const) } : {}),
    fields,
    values,
    ...(Object.keys(unreadable).length > 0 ? { unreadable } : {}),
  };
}

/** `root` is the topmost object of the class above this one; a record that has none is its own. `assets` are those of all values. */
function plainValue(name: string, node: JsonObject, { values }: Selection): JsonValue {
  if (name === 'parent') return isObject(node.parent) ? text(node.parent.id) : null;
  if (name === 'root') return text((ancestorsOf(node).at(-1) ?? node).id);
  if (name === 'assets') return assetIds(node, values);
  return node[name] ?? null;
}
