import type { JsonObject, Needs, SourceRecord } from '../../contract/index.js';
import type { CategoryIndex } from './category-index.js';
import type { AkeneoStructure } from './read-structure.js';

/** What a product or model shows of other things, worked out only where a mapping asks for it. */
export function usedBeside(
  needs: Needs,
  { categories, values }: { readonly categories: readonly string[]; readonly values: SourceRecord['values'] },
  index: CategoryIndex,
  structure: AkeneoStructure,
): JsonObject {
  return {
    ...(needs.fields.includes('allCategories') ? { allCategories: index.withAncestors(categories) } : {}),
    ...(needs.fields.includes('options') ? { options: optionsOf(values, structure) } : {}),
  };
}

/** `<attribute>/<option>` of every option in its values: the keys of the entity `attribute-option`. */
function optionsOf(values: SourceRecord['values'], { attributes }: AkeneoStructure): string[] {
  const selects = attributes.filter(({ type }) => type === 'select' || type === 'multiselect');
  const found = selects.flatMap(({ code }) =>
    (Object.hasOwn(values, code) ? (values[code] ?? []) : []).flatMap(({ data }) =>
      [data].flat().flatMap((option) => (typeof option === 'string' ? [`${code}/${option}`] : [])),
    ),
  );
  return [...new Set(found)];
}
