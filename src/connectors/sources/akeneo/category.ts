import type { JsonObject } from '../../contract/index.js';
import type { Entity } from './entity.js';
import { categoryConditions } from './find-records.js';
import { labels, text } from './json.js';
import { readVersion } from './read-version.js';
import { updatedSinceIso } from './updated-since.js';

/** A node of a category tree: key is its code, `values.label` its label by locale. */
export function categoryEntity(): Entity {
  const keyOf = (item: JsonObject) => text(item.code);
  return {
    path: '/categories',
    paging: 'page',
    keyFilter: 'code',
    updatedSince: updatedSinceIso,
    conditions: categoryConditions,
    query: (needs) => Promise.resolve({ with_position: needs.fields.includes('position') || undefined }),
    keysQuery: () => Promise.resolve({}),
    one: () => Promise.resolve({}),
    keyOf,
    prepared: () => Promise.resolve(true),
    records: (items, { readFrom }) =>
      Promise.resolve(
        items.flatMap((item) => {
          const key = keyOf(item);
          if (key === null) return [];
          const label = Object.entries(labels(item.labels)).map(([locale, data]) => ({ locale, channel: null, data }));
          return [
            {
              key,
              version: readVersion([item.updated], readFrom),
              fields: { code: key, parent: text(item.parent), position: typeof item.position === 'number' ? item.position : null },
              values: { label },
            },
          ];
        }),
      ),
  };
}
