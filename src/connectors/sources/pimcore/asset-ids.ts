import type { JsonObject, JsonValue } from '../../contract/index.js';
import { isObject, text } from './json.js';
import type { Selected } from './selection.js';

/** The ids of all assets that the values of a node show, each once: keys of the entity `asset`. */
export function assetIds(node: JsonObject, values: readonly Selected[]): string[] {
  const found = values.flatMap(({ alias, field: { type } }) => {
    const items: readonly (JsonValue | undefined)[] = [node[alias]].flat();
    if (type === 'asset' || type === 'image') return items.map(idOf);
    if (type === 'hotspotimage' || type === 'gallery') return items.map((item) => (isObject(item) ? idOf(item.image) : null));
    return [];
  });
  return [...new Set(found.filter((id) => id !== null))];
}

function idOf(asset: JsonValue | undefined): string | null {
  return isObject(asset) ? text(asset.id) : null;
}
