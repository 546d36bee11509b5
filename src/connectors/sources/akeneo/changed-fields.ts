import type { JsonValue } from '../../contract/index.js';
import { isObject } from './json.js';

/** What else of a record shows these changes. */
const shownBy: Readonly<Record<string, readonly string[]>> = {
  enabled: ['enabled', 'state'],
  categories: ['categories', 'allCategories'],
  groups: ['groups'],
  associations: ['associations'],
};

/**
 * The fields of a record that changed, by the `changes` of an event `updated.delta`, as mappings name them. Null is
 * everything: another family or parent changes what is inherited, and what is not known here may change anything.
 */
export function changedFields(changes: JsonValue | undefined): string[] | null {
  if (!isObject(changes)) return null;
  const fields = new Set(['updated']);
  for (const [name, change] of Object.entries(changes)) {
    if (name === 'values') {
      if (!isObject(change)) return null;
      // Options, the identifier and completeness come from values too.
      for (const field of ['identifier', 'completeness', 'options']) fields.add(field);
      for (const code of Object.keys(change)) fields.add(`values.${code}`);
      continue;
    }
    const shown = Object.hasOwn(shownBy, name) ? shownBy[name] : undefined;
    if (shown === undefined) return null;
    for (const field of shown) fields.add(field);
  }
  return fields.size === 1 ? null : [...fields].sort();
}
